#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "scenario/fjordvik.hpp"

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
