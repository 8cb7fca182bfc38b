#include <catch2/catch.hpp>

#include "builtin.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

const TestEvent registered = event(
    "person.person-registered", {{"givenName", "Lo"},
                                 {"middleName", "Ø"},
                                 {"familyName", "Testdal"},
                                 {"birthDate", "2015-05-04"}}
);

TestEvent protection(const char* level, json searchable = nullptr) {
    json data = {{"level", level}, {"reason", "Prøve"}};
    if (!searchable.is_null()) {
        data["searchable"] = std::move(searchable);
    }
    return event("person.address-protection-set", data);
}

json folded(const char* view, const std::vector<TestEvent>& events) {
    static const TestModule module(builtin::person());
    return module.project(view, "person/x", events, nullptr, "person");
}

bool finds(const json& document, const char* token) {
    const json& tokens = document["tokens"];
    return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
}

}  // namespace

SCENARIO("A card shows who somebody is now", "[core][person][view]") {
    const json card = folded(
        "person.card",
        {registered,
         event("person.identifier-linked", {{"kind", "fnr"}, {"number", "14831650010"}}),
         event("person.identifier-linked", {{"kind", "fnr"}, {"number", "04851550053"}}),
         event("person.language-needs-set", {{"language", "se"}, {"needsInterpreter", true}}),
         event("person.name-corrected", {{"givenName", "Lo"}, {"familyName", "Prøve"}}),
         event("person.death-recorded", {{"deathDate", "2026-02-01"}})}
    );
    CHECK(card["fullName"] == "Lo Prøve");
    CHECK(card["birthDate"] == "2015-05-04");
    CHECK(card["deathDate"] == "2026-02-01");
    CHECK(card["needsInterpreter"] == true);
    CHECK(card["identifiers"][0]["current"] == false);
    CHECK(card["identifiers"][1]["current"] == true);
    CHECK(card["identifierKeys"] == json{"fnr:14831650010", "fnr:04851550053"});
    CHECK(card["personId"] == testing::default_stream_id);
}

SCENARIO(
    "A protected person is in no search, and comes back with the name of today",
    "[core][person][view]"
) {
    CHECK(finds(folded("person.search", {registered}), "testd"));
    CHECK(folded("person.search", {registered, protection("client")}).is_object());
    CHECK(folded("person.search", {registered, protection("confidential")}).is_null());
    CHECK(folded(
              "person.search",
              {registered, protection("strictly-confidential"),
               event("person.name-corrected", {{"givenName", "Lo"}, {"familyName", "Prøve"}})}
    )
              .is_null());

    // What the command writes when the protection is lifted is what brings the document back.
    const TestModule module(builtin::person());
    TestStream stream(module, "person");
    stream.add(registered);
    stream.add(protection("confidential"));
    stream.add(event("person.name-corrected", {{"givenName", "Lo"}, {"familyName", "Prøve"}}));
    testing::Sender second;
    second.actor = "staff/" + id('s', 9);
    REQUIRE(
        stream
            .send(
                "person.propose-lower-protection",
                {{"proposalId", id('p', 1)}, {"level", "none"}, {"reason", "Opphevet."}}
            )
            .status == SAMVEV_OK
    );
    REQUIRE(
        stream.send("person.approve-lower-protection", {{"proposalId", id('p', 1)}}, second)
            .status == SAMVEV_OK
    );
    const json document =
        module.project("person.search", "person/x", stream.history(), nullptr, "person");
    CHECK(finds(document, "prø"));
    CHECK_FALSE(finds(document, "testd"));
    CHECK(document["birthDate"] == "2015-05-04");
}

// Fixed: a hidden person was in no search by name, but anybody who knew the number got the card.
SCENARIO("A protected person is not found by number either", "[core][person][view]") {
    const auto linked =
        event("person.identifier-linked", {{"kind", "fnr"}, {"number", "14831650010"}});
    const auto newer =
        event("person.identifier-linked", {{"kind", "dnr"}, {"number", "54831650010"}});
    const auto keys = [&](const std::vector<TestEvent>& events) {
        return folded("person.card", events)["identifierKeys"];
    };
    CHECK(keys({registered, linked, protection("client")}) == json::array({"fnr:14831650010"}));
    CHECK(keys({registered, linked, protection("confidential")}) == json::array());
    CHECK(keys({registered, protection("confidential"), linked}) == json::array());
    CHECK(
        keys({registered, linked, protection("confidential"), newer, protection("none")}) ==
        json{"fnr:14831650010", "dnr:54831650010"}
    );
}

SCENARIO(
    "A child that is born keeps the family's name until told otherwise", "[core][person][view]"
) {
    const auto unborn = event(
        "person.unborn-child-registered", {{"familyName", "Testdal"}, {"dueDate", "2026-10-01"}}
    );
    const auto born =
        event("person.child-born", {{"birthDate", "2026-09-28"}, {"givenName", "Mio"}});
    const json card = folded("person.card", {unborn, born});
    CHECK(card["fullName"] == "Mio Testdal");
    CHECK(card["unborn"] == false);
    CHECK(folded("person.card", {unborn})["unborn"] == true);
    CHECK(finds(folded("person.search", {unborn, born}), "mio"));
}

TEST_CASE("Views accept events whose payload has been removed", "[core][person][view]") {
    for (const char* view : {"person.card", "person.search"}) {
        const json document = folded(
            view, {testing::withheld(registered), testing::withheld(protection("client")),
                   testing::withheld(event("person.child-born")),
                   testing::withheld(event("person.name-corrected"))}
        );
        CHECK(document["fullName"] == "");
    }
}
