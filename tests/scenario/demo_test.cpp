#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "dispatch/gate/tenant_facts.hpp"
#include "scenario/fjordvik.hpp"
#include "support/facts_as_text.hpp"

using namespace samvev;
using test::Fjordvik;

SCENARIO("Fjordvik's twelve cases come about by real commands", "[scenario][demo]") {
    Fjordvik fjordvik;
    access::Actor reader;
    reader.kind = access::Actor::Kind::service;
    reader.tenant = 9999;
    reader.id = "import";
    reader.roles = {"service:import"};
    reader.purpose = "coordination";
    reader.assurance = access::Assurance::high;
    const auto cases = fjordvik.world.call("case.my-cases", {{"limit", 50}}, reader);
    REQUIRE(cases.has_value());
    CHECK((*cases)["items"].size() == 12);
    std::map<std::string, int> phases;
    std::set<int> levels;
    for (const json& item : (*cases)["items"]) {
        ++phases[item["document"]["phase"]];
        levels.insert(item["document"]["level"].get<int>());
    }
    CHECK(phases["closed"] >= 1);
    CHECK(phases["paused"] >= 1);
    CHECK(levels == std::set<int>{0, 1, 2, 3});
}

SCENARIO("What access knows of Fjordvik is the same after a start", "[scenario][access]") {
    Fjordvik fjordvik;
    const store::TenantId tenant(9999);
    const auto table = store::make_memory_table();
    const auto text = [&](std::unique_ptr<dispatch::FactsRows> rows) {
        const auto facts = dispatch::TenantFacts::follow(fjordvik.world.log(), {}, std::move(rows));
        REQUIRE(facts.has_value());
        REQUIRE((*facts)->save().has_value());
        return test::facts_as_text(**(*facts)->at(tenant));
    };
    const std::string folded = text(nullptr);
    CHECK(text(std::make_unique<dispatch::FactsRows>(*table, nullptr)) == folded);
    CHECK(text(std::make_unique<dispatch::FactsRows>(*table, nullptr)) == folded);
    const auto saved = dispatch::FactsRows(*table, nullptr).load(tenant);
    REQUIRE(saved.has_value());
    REQUIRE(saved->has_value());
    CHECK((*saved)->head.next == fjordvik.world.log().head({tenant, store::LogKind::domain}).next);
    CHECK(test::facts_as_text((*saved)->facts) == folded);
}

SCENARIO(
    "Views of Fjordvik rebuilt from nothing equal those folded along the way", "[scenario][views]"
) {
    Fjordvik fjordvik;
    const store::TenantId tenant(9999);
    for (const auto& module : fjordvik.world.registry().modules()) {
        for (const modules::ViewType& view : module->manifest().views) {
            const auto documents = [&] {
                std::string text;
                views::ListQuery query;
                query.view = view.id;
                query.limit = 200;
                do {
                    const auto page = fjordvik.world.projector().list(tenant, query);
                    REQUIRE(page.has_value());
                    for (const views::Document& document : page->documents) {
                        text += document.key + " " + document.json + "\n";
                    }
                    query.cursor = page->next_cursor;
                } while (!query.cursor.empty());
                return text;
            };
            const std::string before = documents();
            REQUIRE(fjordvik.world.projector().rebuild(tenant, view.id).has_value());
            INFO(view.id);
            CHECK(documents() == before);
        }
    }
}
