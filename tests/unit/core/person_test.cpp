#include <catch2/catch.hpp>

#include "builtin.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

const json lo = {{"givenName", "Lo"}, {"familyName", "Testdal"}, {"birthDate", "2015-05-04"}};

TestEvent registered() {
    return event("person.person-registered", lo);
}
TestEvent unborn() {
    return event(
        "person.unborn-child-registered", {{"familyName", "Testdal"}, {"dueDate", "2026-10-01"}}
    );
}
TestEvent linked(const char* kind, const char* number) {
    return event("person.identifier-linked", {{"kind", kind}, {"number", number}});
}
TestEvent protection(const char* level) {
    return event("person.address-protection-set", {{"level", level}, {"reason", "Prøve"}});
}

testing::Given a_person(const std::vector<TestEvent>& events = {}) {
    return given(builtin::person(), "person", events);
}

json with(json data, const char* name, json value) {
    data[name] = std::move(value);
    return data;
}

}  // namespace

SCENARIO("A person is registered once, and their number is theirs alone", "[core][person]") {
    GIVEN("nobody") {
        THEN("a person with a number is registered and the number is claimed") {
            a_person()
                .when(
                    "person.register-person",
                    with(lo, "identifier", {{"kind", "fnr"}, {"number", "148316 50010"}})
                )
                .then(
                    {event("person.person-registered", lo),
                     event("person.identifier-linked", {{"kind", "fnr"}, {"number", "14831650010"}})
                    }
                )
                .and_claimed("person.identifier", "fnr:14831650010");
        }
        THEN("language and protection come along") {
            json data = lo;
            data["language"] = "so";
            data["needsInterpreter"] = true;
            data["addressProtection"] = "confidential";
            a_person()
                .when("person.register-person", data)
                .then_types(
                    {"person.person-registered", "person.language-needs-set",
                     "person.address-protection-set"}
                );
        }
        THEN("everything that is wrong is said at once") {
            json data = with(lo, "birthDate", "2030-01-01");
            data["identifier"] = {{"kind", "fnr"}, {"number", "14831650011"}};
            a_person()
                .when("person.register-person", data)
                .then_rejected({"person.date-in-future", "person.identifier-invalid"});
        }
    }
    GIVEN("a registered person") {
        THEN("the stream takes no second registration") {
            a_person({registered()})
                .when("person.register-person", lo)
                .then_rejected({"person.already-registered"});
            a_person({registered()})
                .when(
                    "person.register-unborn-child",
                    {{"familyName", "Testdal"}, {"dueDate", "2026-10-01"}}
                )
                .then_rejected({"person.already-registered"});
        }
    }
}

SCENARIO("A child can be registered before it is born", "[core][person]") {
    const json child = {{"familyName", "Testdal"}};
    const auto registering = [&](const char* due) {
        return a_person().when("person.register-unborn-child", with(child, "dueDate", due));
    };
    registering("2026-10-01").then_types({"person.unborn-child-registered"});
    registering("2026-08-15").then_types({"person.unborn-child-registered"});
    registering("2027-09-01").then_rejected({"person.due-date-out-of-range"});
    registering("2026-01-01").then_rejected({"person.due-date-out-of-range"});

    a_person({unborn()})
        .when("person.record-birth", {{"birthDate", "2026-08-30"}, {"givenName", "Mio"}})
        .then_types({"person.child-born"});
    a_person({unborn()})
        .when("person.record-birth", {{"birthDate", "2026-12-30"}})
        .then_rejected({"person.date-in-future"});
    a_person({registered()})
        .when("person.record-birth", {{"birthDate", "2026-08-30"}})
        .then_rejected({"person.not-unborn"});
}

SCENARIO("Numbers are linked, replaced with a reason, and never twice", "[core][person]") {
    const json number = {{"kind", "fnr"}, {"number", "14831650010"}};
    a_person({registered()})
        .when("person.link-identifier", number)
        .then_types({"person.identifier-linked"})
        .and_claimed("person.identifier", "fnr:14831650010");
    a_person({registered(), linked("fnr", "14831650010")})
        .when("person.link-identifier", number)
        .then_nothing();
    a_person({registered()})
        .when("person.link-identifier", {{"kind", "duf"}, {"number", "12"}})
        .then_rejected({"person.identifier-invalid"});
    a_person({registered(), linked("fnr", "04851550053")})
        .when("person.link-identifier", number)
        .then_rejected({"person.identifier-kind-present"});
    a_person({registered(), linked("fnr", "04851550053")})
        .when("person.link-identifier", with(number, "replacesReason", "Nytt nummer."))
        .then_types({"person.identifier-linked"});
    // A D-number beside a national number is how people arrive; temporary ones are as they come.
    a_person({registered(), linked("dnr", "54831650010"), linked("temporary", "Sykehus 1")})
        .when("person.link-identifier", {{"kind", "temporary"}, {"number", "Sykehus 2"}})
        .then_types({"person.identifier-linked"});
    // The date of birth alone is shared by children of one day.
    const auto shared =
        a_person({registered()})
            .when("person.link-identifier", {{"kind", "temporary"}, {"number", "04051500100"}});
    CHECK(shared.outcome().claimed.empty());
}

SCENARIO("Lowering address protection takes two", "[core][person]") {
    const json lower = {{"level", "none"}, {"reason", "Opphevet."}};
    const json proposal = with(lower, "proposalId", id('p', 1));
    const auto hidden = [] {
        return a_person({registered(), protection("strictly-confidential")});
    };
    hidden()
        .when("person.set-address-protection", lower)
        .then_rejected({"person.four-eyes-required"});
    hidden()
        .when("person.propose-lower-protection", with(proposal, "validUntil", "2026-08-31"))
        .then_rejected({"person.date-passed"});
    hidden()
        .when("person.propose-lower-protection", with(proposal, "level", "strictly-confidential"))
        .then_rejected({"person.not-lower"});

    const TestModule module(builtin::person());
    TestStream stream(module, "person");
    stream.add(registered());
    stream.add(protection("strictly-confidential"));
    Sender berit;
    berit.actor = "staff/" + id('s', 1);
    Sender geir;
    geir.actor = "staff/" + id('s', 2);
    const auto approve = [&](const std::string& proposal_id, const Sender& sender) {
        return stream.send(
            "person.approve-lower-protection", {{"proposalId", proposal_id}}, sender
        );
    };
    REQUIRE(stream.send("person.propose-lower-protection", proposal, berit).status == SAMVEV_OK);
    CHECK(
        approve(id('p', 1), berit).codes() == std::vector<std::string>{"person.four-eyes-required"}
    );
    CHECK(approve(id('p', 9), geir).codes() == std::vector<std::string>{"person.proposal-unknown"});
    SECTION("the second person's approval sets the level, once") {
        const Outcome approved = approve(id('p', 1), geir);
        REQUIRE(approved.events.size() == 1);
        CHECK(approved.events[0].data["level"] == "none");
        CHECK(approved.events[0].data["approvedById"] == id('s', 2));
        CHECK(
            approve(id('p', 1), geir).codes() == std::vector<std::string>{"person.proposal-unknown"}
        );
    }
    SECTION("a level set in between makes the proposal fall") {
        stream.add(protection("strictly-confidential"));
        CHECK(
            approve(id('p', 1), geir).codes() == std::vector<std::string>{"person.proposal-unknown"}
        );
    }
    a_person({registered(), protection("client")})
        .when("person.set-address-protection", {{"level", "confidential"}, {"reason", "Melding."}})
        .then_types({"person.address-protection-set"});
}

SCENARIO("Names are corrected, and the dead need no interpreter", "[core][person]") {
    const json name = {{"givenName", "Lo"}, {"familyName", "Prøve"}, {"reason", "Giftet seg."}};
    const auto dead = event("person.death-recorded", {{"deathDate", "2026-02-01"}});
    a_person({registered()})
        .when("person.correct-name", name)
        .then_types({"person.name-corrected"});
    a_person({registered()})
        .when("person.correct-name", with(name, "familyName", "Testdal"))
        .then_nothing();
    a_person({registered()})
        .when("person.set-language-needs", {{"language", "se"}, {"needsInterpreter", true}})
        .then_types({"person.language-needs-set"});
    a_person({registered(), dead})
        .when("person.set-language-needs", {{"language", "se"}, {"needsInterpreter", true}})
        .then_rejected({"person.deceased"});
    a_person({registered()})
        .when("person.record-death", {{"deathDate", "2026-02-01"}})
        .then_types({"person.death-recorded"});
    a_person({registered(), dead})
        .when("person.record-death", {{"deathDate", "2030-02-01"}})
        .then_rejected({"person.deceased", "person.date-in-future"});
    a_person({registered()})
        .when("person.record-death", {{"deathDate", "2001-02-01"}})
        .then_rejected({"person.death-before-birth"});
}

TEST_CASE("A removed payload does not stop the folding of a person", "[core][person]") {
    using testing::withheld;
    a_person({withheld(registered()), withheld(linked("fnr", "14831650010")),
              withheld(protection("client")), registered()})
        .when("person.register-person", lo)
        .then_rejected({"person.already-registered"});
}

TEST_CASE("An unknown command is unsupported", "[core][person]") {
    const TestModule module(builtin::person());
    const TestStream stream(module, "person");
    CHECK(stream.decide("person.fly", json::object()).status == SAMVEV_E_UNSUPPORTED);
}
