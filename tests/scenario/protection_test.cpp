#include <catch2/catch.hpp>
#include <set>
#include <vector>

#include "scenario/fjordvik.hpp"

using namespace samvev;
using test::Fjordvik;

// Protected persons and what would say where they are (cases 26 to 29), on case A: Lo gets a strict
// code; the shelter where Lo is becomes a unit that is hidden.
namespace {

constexpr const char* lo = "0192f0c1-0000-7000-8000-000000003001";
constexpr const char* shelter = "0192f0c1-0000-7000-8000-0000000010a1";
constexpr const char* vera = "0192f0c1-0000-7000-8000-0000000020a1";
const std::string stream_a = std::string("case/") + test::case_a;

// Words that stand nowhere else, each in a field of its own.
const std::vector<std::string> markers{
    "Skjulested-Navn", "Skjulested-Kommune", "skjulested@fjordvik.example",
    "99 88 77 66",     "Skjulested-Gate",    "vera.skjulested"
};

bool sees_case(Fjordvik& fjordvik, const access::Actor& who) {
    return fjordvik.world.call("case.overview", {{"caseId", test::case_a}}, who).has_value();
}

void protect(Fjordvik& fjordvik) {
    REQUIRE(fjordvik
                .send(
                    "ada", "person.set-address-protection",
                    {{"personId", lo}, {"level", "strictly-confidential"}, {"reason", "Trussel."}}
                )
                .has_value());
}

void open_shelter(Fjordvik& fjordvik) {
    const auto send = [&](const char* method, json params) {
        const auto answer = fjordvik.send("jon", method, params);
        INFO(method << (answer ? std::string() : answer.error().message + answer.error().data));
        REQUIRE(answer.has_value());
    };
    send(
        "organisation.register-unit",
        {{"unitId", shelter}, {"name", markers[0]}, {"type", "external"}, {"external", true}}
    );
    send(
        "organisation.publish-service-card",
        {{"unitId", shelter},
         {"mandate", "Botilbud."},
         {"catchment", markers[1]},
         {"contact", {{"email", markers[2]}, {"phone", markers[3]}, {"address", markers[4]}}}}
    );
    send(
        "organisation.register-staff", {{"staffId", vera},
                                        {"displayName", "Vera Prøve"},
                                        {"unitId", shelter},
                                        {"email", markers[5]}}
    );
    REQUIRE(fjordvik
                .send(
                    "ada", "case.invite-participant",
                    {{"caseId", test::case_a},
                     {"participantId", "0192f0c1-0001-7000-8000-0000000016a1"},
                     {"role", "kontakt"},
                     {"unitId", shelter},
                     {"topics", {"coordination"}}}
                )
                .has_value());
}

// Every byte that the doors below wire give that caller: all rows of all views, all streams.
std::string everything(Fjordvik& fjordvik, const access::Actor& who) {
    std::string out;
    for (const auto& module : fjordvik.world.registry().modules()) {
        for (const modules::ViewType& view : module->manifest().views) {
            json params = {{"limit", 200}};
            for (bool more = true; more;) {
                const auto page = fjordvik.world.call(view.id, params, who);
                more = page && page->contains("nextCursor");
                if (page) {
                    out += page->dump();
                    params["cursor"] = page->value("nextCursor", std::string());
                }
            }
        }
    }
    std::set<std::string> streams;
    const auto scanned = fjordvik.world.log().scan(
        {store::TenantId(9999), store::LogKind::domain}, store::Position(0), SIZE_MAX,
        [&](const store::EventView& event) {
            streams.insert(event.stream().text());
            return store::Visit::more;
        }
    );
    REQUIRE(scanned.has_value());
    for (const std::string& stream : streams) {
        const auto read =
            fjordvik.world.call("stream.read", {{"stream", stream}, {"limit", 200}}, who);
        out += read ? read->dump() : read.error().message + read.error().data;
    }
    return out;
}

std::set<std::string> found_in(const std::string& text) {
    std::set<std::string> out;
    for (const std::string& marker : markers) {
        if (text.find(marker) != std::string::npos) {
            out.insert(marker);
        }
    }
    return out;
}

}  // namespace

SCENARIO("27 A strict code ends what parents see, at once", "[scenario][protection]") {
    Fjordvik fjordvik;
    REQUIRE(sees_case(fjordvik, fjordvik.actor("marte")));
    protect(fjordvik);
    CHECK_FALSE(sees_case(fjordvik, fjordvik.actor("marte")));
    CHECK_FALSE(sees_case(fjordvik, fjordvik.actor("anders")));
    CHECK(sees_case(fjordvik, fjordvik.actor("lo")));
    CHECK(sees_case(fjordvik, fjordvik.actor("ada")));
}

SCENARIO("28 A hidden unit says nothing to anybody but its own", "[scenario][protection]") {
    Fjordvik fjordvik;
    open_shelter(fjordvik);
    protect(fjordvik);
    // Before it is hidden, it can be found: so the search below would find what it looks for.
    CHECK(found_in(everything(fjordvik, fjordvik.actor("odd"))).size() == markers.size());
    REQUIRE(fjordvik
                .send(
                    "jon", "organisation.hide-unit",
                    {{"unitId", shelter}, {"reason", "Barnet er der."}}
                )
                .has_value());
    for (const char* key :
         {"ada", "odd", "inga", "berit", "liv", "rolf", "per", "jon", "ruth", "lo", "marte"}) {
        INFO(key);
        CHECK(found_in(everything(fjordvik, fjordvik.actor(key))).empty());
    }
    access::Actor auditor = fjordvik.actor("ruth");
    auditor.roles = {"auditor"};
    auditor.purpose = "audit";
    CHECK(found_in(everything(fjordvik, auditor)).empty());
    // The names of other units are still in the directory.
    CHECK(everything(fjordvik, fjordvik.actor("odd")).find("PPT Fjordvik") != std::string::npos);

    access::Actor own = test::staff(9999, vera, {"participant"}, shelter);
    own.purpose = "coordination";
    CHECK(found_in(everything(fjordvik, own)).contains(markers[0]));
    // Who may not see it does not bring it back, either.
    const auto shown =
        fjordvik.send("jon", "organisation.show-unit", {{"unitId", shelter}, {"reason", "Feil."}});
    REQUIRE_FALSE(shown.has_value());
    CHECK(shown.error().code == ErrorCode::not_found);
}

SCENARIO("29 A protected person is not found, by anything", "[scenario][protection]") {
    Fjordvik fjordvik;
    const auto search = [&](const char* as, const char* index, const char* value) {
        const auto page = fjordvik.world.call(
            "person.search", {{"index", index}, {"equals", {value}}, {"limit", 50}},
            fjordvik.actor(as)
        );
        REQUIRE(page.has_value());
        return (*page)["items"].dump();
    };
    const std::string nobody = search("rolf", "byToken", "zzzz");
    REQUIRE(search("rolf", "byToken", "testd").find(lo) != std::string::npos);
    protect(fjordvik);
    CHECK(search("rolf", "byToken", "testd").find(lo) == std::string::npos);
    CHECK(search("odd", "byToken", "testd").find(lo) == std::string::npos);
    CHECK(search("rolf", "byBirthDate", "2016-05-12") == nobody);
}
