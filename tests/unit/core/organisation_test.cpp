#include <catch2/catch.hpp>

#include "builtin.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

const TestModule& organisation() {
    static const TestModule module(builtin::organisation());
    return module;
}

json state_of(const char* kind, const std::vector<TestEvent>& events) {
    TestStream stream(organisation(), kind);
    for (const TestEvent& one : events) {
        stream.add(one);
    }
    return stream.state();
}

TestEvent unit(const char* type, json more = json::object()) {
    more["name"] = "Fjordvik";
    more["type"] = type;
    return event("organisation.unit-registered", more);
}
const TestEvent closed = event("organisation.unit-closed", {{"reason", "Slått sammen."}});
const TestEvent led = event("organisation.leader-appointed", {{"leaderId", id('s', 1)}});
const TestEvent hired = event("organisation.staff-registered", {{"displayName", "Ada Prøve"}});

TestEvent role(const char* until = nullptr) {
    json data = {{"assignmentId", id('a', 1)}, {"role", "coordinator"}, {"unitId", id('u', 1)}};
    if (until != nullptr) {
        data["until"] = until;
    }
    return event("organisation.staff-role-assigned", data, id('a', 1));
}
const TestEvent role_ended = event(
    "organisation.staff-role-ended",
    {{"assignmentId", id('a', 1)},
     {"reason", "Sluttet."},
     {"role", "coordinator"},
     {"unitId", id('u', 1)}},
    id('a', 1)
);

testing::Given a_unit(const std::vector<TestEvent>& events = {}, json context = json::object()) {
    Sender sender;
    sender.context = std::move(context);
    auto out = given(builtin::organisation(), "unit", events);
    out.as(sender);
    return out;
}
testing::Given a_staff(const std::vector<TestEvent>& events = {}, json context = json::object()) {
    Sender sender;
    sender.context = std::move(context);
    auto out = given(builtin::organisation(), "staff", events);
    out.as(sender);
    return out;
}

const json school = {{"name", "Fjordvik skole"}, {"type", "school"}, {"parentId", id('u', 9)}};

}  // namespace

SCENARIO("The organisation is a tree; external units stand beside it", "[core][organisation]") {
    const auto under = [](const TestEvent& parent) {
        return a_unit({}, {{"parent", state_of("unit", {parent})}});
    };
    a_unit()
        .when("organisation.register-unit", {{"name", "Fjordvik"}, {"type", "municipality"}})
        .then_types({"organisation.unit-registered"});
    under(unit("division"))
        .when("organisation.register-unit", school)
        .then_types({"organisation.unit-registered"});
    under(unit("department"))
        .when("organisation.register-unit", school)
        .then_types({"organisation.unit-registered"});
    under(unit("school"))
        .when("organisation.register-unit", school)
        .then_rejected({"organisation.parent-not-above"});
    under(unit("specialist", {{"external", true}}))
        .when("organisation.register-unit", school)
        .then_rejected({"organisation.parent-across"});
    a_unit({}, {{"parent", state_of("unit", {unit("division"), closed})}})
        .when("organisation.register-unit", school)
        .then_rejected({"organisation.unit-closed"});
    a_unit()
        .when("organisation.register-unit", school)
        .then_rejected({"organisation.unit-unknown"});
    a_unit({unit("school")})
        .when("organisation.register-unit", school)
        .then_rejected({"organisation.unit-exists"});
    const auto external = a_unit().when(
        "organisation.register-unit",
        {{"name", "Habilitering"}, {"type", "specialist"}, {"externalReference", "R-7"}}
    );
    CHECK(external.outcome().events.at(0).data["external"] == true);
}

SCENARIO("A unit is reorganised within its level of the tree", "[core][organisation]") {
    const json renamed = {{"name", "Ny skole"}, {"reason", "Vedtak."}};
    a_unit({unit("school")})
        .when("organisation.reorganise-unit", renamed)
        .then_types({"organisation.unit-reorganised"});
    a_unit({unit("school")})
        .when("organisation.reorganise-unit", {{"reason", "Vedtak."}})
        .then_rejected({"organisation.nothing-to-change"});
    a_unit({unit("school")})
        .when("organisation.reorganise-unit", {{"type", "division"}, {"reason", "Vedtak."}})
        .then_rejected({"organisation.type-of-other-rank"});
    a_unit({unit("school"), closed})
        .when("organisation.reorganise-unit", renamed)
        .then_rejected({"organisation.unit-closed"});
    a_unit({unit("county", {{"external", true}})})
        .when("organisation.reorganise-unit", {{"parentId", id('u', 9)}, {"reason", "Vedtak."}})
        .then_rejected({"organisation.parent-across"});
}

SCENARIO("A unit always has a leader, and a closed one a successor", "[core][organisation]") {
    const json someone = {{"leaderId", id('s', 1)}};
    const auto with_leader = [&](const std::vector<TestEvent>& staff) {
        return a_unit({unit("school")}, {{"leader", state_of("staff", staff)}});
    };
    with_leader({hired})
        .when("organisation.appoint-leader", someone)
        .then_types({"organisation.leader-appointed"});
    with_leader({hired, role(), role_ended})
        .when("organisation.appoint-leader", someone)
        .then_rejected({"organisation.staff-inactive"});
    with_leader({hired, role("2026-08-31")})
        .when("organisation.appoint-leader", someone)
        .then_rejected({"organisation.staff-inactive"});
    a_unit({unit("school")})
        .when("organisation.appoint-leader", someone)
        .then_rejected({"organisation.staff-unknown"});
    a_unit({unit("school"), led}, {{"leader", state_of("staff", {hired})}})
        .when("organisation.appoint-leader", someone)
        .then_nothing();
    const auto next = a_unit(
                          {unit("school"), led}, {{"leader", state_of("staff", {hired})}}
    ).when("organisation.appoint-leader", {{"leaderId", id('s', 2)}});
    CHECK(next.outcome().events.at(0).data["previousLeaderId"] == id('s', 1));

    const json closing = {{"successorId", id('u', 2)}, {"reason", "Slått sammen."}};
    const auto succeeded_by = [&](const std::vector<TestEvent>& successor) {
        return a_unit({unit("school"), led}, {{"successor", state_of("unit", successor)}});
    };
    succeeded_by({unit("school"), led})
        .when("organisation.close-unit", closing)
        .then_types({"organisation.unit-closed"});
    succeeded_by({unit("school")})
        .when("organisation.close-unit", closing)
        .then_rejected({"organisation.unit-not-open"});
    a_unit({unit("school"), led})
        .when("organisation.close-unit", closing)
        .then_rejected({"organisation.unit-unknown"});
    a_unit({unit("school"), led})
        .when("organisation.close-unit", {{"reason", "Lagt ned."}})
        .then_rejected({"organisation.successor-required"});
    a_unit({unit("school"), led})
        .when(
            "organisation.close-unit",
            {{"reason", "Lagt ned."}, {"successorId", testing::default_stream_id}}
        )
        .then_rejected({"organisation.successor-itself"});
    a_unit({unit("specialist", {{"external", true}})})
        .when("organisation.close-unit", {{"reason", "Lagt ned."}})
        .then_types({"organisation.unit-closed"});
    a_unit({unit("school"), closed})
        .when("organisation.publish-service-card", {{"mandate", "Skole."}})
        .then_rejected({"organisation.unit-closed"});
}

SCENARIO("Staff have roles in units for a time", "[core][organisation]") {
    const json assigned = {
        {"assignmentId", id('a', 2)}, {"role", "coordinator"}, {"unitId", id('u', 1)}
    };
    const json here = {{"unit", state_of("unit", {unit("school")})}};
    const json gone = {{"unit", state_of("unit", {unit("school"), closed})}};
    const auto with = [](json data, const char* name, const char* value) {
        data[name] = value;
        return data;
    };
    a_staff({}, here)
        .when("organisation.register-staff", {{"displayName", "Ada Prøve"}, {"unitId", id('u', 1)}})
        .then_types({"organisation.staff-registered"});
    a_staff()
        .when(
            "organisation.register-staff",
            {{"displayName", "Resource21"}, {"externalReference", "Resource21"}}
        )
        .then_types({"organisation.staff-registered"});
    a_staff({hired})
        .when("organisation.register-staff", {{"displayName", "Ada"}})
        .then_rejected({"organisation.staff-exists"});
    a_staff({hired}, here)
        .when("organisation.assign-staff-role", assigned)
        .then_types({"organisation.staff-role-assigned"});
    a_staff({hired})
        .when("organisation.assign-staff-role", assigned)
        .then_rejected({"organisation.unit-unknown"});
    a_staff({hired}, gone)
        .when("organisation.assign-staff-role", assigned)
        .then_rejected({"organisation.unit-closed"});
    a_staff({hired}, here)
        .when(
            "organisation.assign-staff-role",
            with(with(assigned, "from", "2026-10-01"), "until", "2026-09-01")
        )
        .then_rejected({"organisation.period-inverted"});
    a_staff({hired, role()}, here)
        .when("organisation.assign-staff-role", with(assigned, "assignmentId", id('a', 1).c_str()))
        .then_rejected({"organisation.assignment-exists", "organisation.role-already-assigned"});
    a_staff({hired, role(), role_ended}, here)
        .when("organisation.assign-staff-role", assigned)
        .then_types({"organisation.staff-role-assigned"});

    const json ending = {{"assignmentId", id('a', 1)}, {"reason", "Sluttet."}};
    a_staff({hired, role()})
        .when("organisation.end-staff-role", ending)
        .then_types({"organisation.staff-role-ended"});
    a_staff({hired})
        .when("organisation.end-staff-role", ending)
        .then_rejected({"organisation.assignment-unknown"});
    a_staff({hired, role(), role_ended})
        .when("organisation.end-staff-role", ending)
        .then_rejected({"organisation.assignment-ended"});
}

SCENARIO("What is to end does not act before its day", "[core][organisation]") {
    const auto ended = [](const char* ends_on) {
        TestEvent end = role_ended;
        end.data["endsOn"] = ends_on;
        return end;
    };
    const auto led_by = [&](const std::vector<TestEvent>& staff) {
        return a_unit(
                   {unit("school")}, {{"leader", state_of("staff", staff)}}
        ).when("organisation.appoint-leader", {{"leaderId", id('s', 1)}});
    };
    led_by({hired, role(), ended("2027-06-30")}).then_types({"organisation.leader-appointed"});
    led_by({hired, role(), ended("2026-09-01")}).then_types({"organisation.leader-appointed"});
    led_by({hired, role(), ended("2026-08-31")}).then_rejected({"organisation.staff-inactive"});

    const json ending = {{"assignmentId", id('a', 1)}, {"reason", "Sluttet."}};
    const auto ends = [&](const std::vector<TestEvent>& events, const char* day) {
        json data = ending;
        data["endsOn"] = day;
        return a_staff(events).when("organisation.end-staff-role", data);
    };
    const auto planned = ends({hired, role()}, "2026-09-30").and_timer("role-end").outcome();
    CHECK(planned.timers.at(0).due == oslo_midnight(parse_date("2026-10-01")));
    CHECK(planned.timers.at(0).command == "organisation.end-lapsed-roles");
    // Until it is over, another day can be said.
    ends({hired, role(), ended("2026-09-30")}, "2026-09-15").and_timer("role-end");
    const auto at_once =
        a_staff({hired, role("2026-12-31")}).when("organisation.end-staff-role", ending).outcome();
    CHECK(at_once.cleared == std::vector<std::string>{"role-end"});

    const TestEvent closes_later =
        event("organisation.unit-closed", {{"reason", "Lagt ned."}, {"closesOn", "2026-09-02"}});
    const TestEvent closes_today =
        event("organisation.unit-closed", {{"reason", "Lagt ned."}, {"closesOn", "2026-09-01"}});
    a_unit({unit("school"), led, closes_later})
        .when("organisation.publish-service-card", {{"mandate", "Skole."}})
        .then_types({"organisation.service-card-published"});
    a_unit({unit("school"), led, closes_today})
        .when("organisation.publish-service-card", {{"mandate", "Skole."}})
        .then_rejected({"organisation.unit-closed"});
    const auto listed = [](const char* view, const std::vector<TestEvent>& events) {
        return organisation().project(view, "x", events);
    };
    const json open = listed("organisation.unit-directory", {unit("school"), led, closes_later});
    CHECK(open["status"] == "open");
    CHECK(open["closesOn"] == "2026-09-02");
    CHECK(
        listed("organisation.unit-directory", {unit("school"), led, closes_today})["status"] ==
        "closed"
    );
    const json still = listed("organisation.staff-directory", {hired, role(), ended("2026-09-30")});
    CHECK(still["active"] == true);
    CHECK(still["roles"][0]["endsOn"] == "2026-09-30");
}

SCENARIO("A role that has run out is said to have, by the timer", "[core][organisation]") {
    const json assigned = {
        {"assignmentId", id('a', 2)},
        {"role", "participant"},
        {"unitId", id('u', 1)},
        {"until", "2026-09-10"}
    };
    const auto timed =
        a_staff({hired, role("2026-10-31")}, {{"unit", state_of("unit", {unit("school")})}})
            .when("organisation.assign-staff-role", assigned)
            .outcome();
    // The first to run out.
    CHECK(timed.timers.at(0).due == oslo_midnight(parse_date("2026-09-11")));
    const auto lapsed = a_staff({hired, role("2026-08-31"),
                                 event("organisation.staff-role-assigned", assigned, id('a', 2))})
                            .when("organisation.end-lapsed-roles");
    lapsed.then_types({"organisation.staff-role-lapsed"});
    CHECK(lapsed.outcome().events.at(0).entity == id('a', 1));
    CHECK(lapsed.outcome().timers.at(0).due == oslo_midnight(parse_date("2026-09-11")));
    const TestEvent over =
        event("organisation.staff-role-lapsed", {{"assignmentId", id('a', 1)}}, id('a', 1));
    a_staff({hired, role("2026-08-31"), over}).when("organisation.end-lapsed-roles").then_nothing();
    CHECK(
        organisation().project(
            "organisation.staff-directory", "x", {hired, role("2026-08-31"), over}
        )["active"] == false
    );
}

SCENARIO(
    "Confidentiality is signed, absence is covered without its cause", "[core][organisation]"
) {
    a_staff({hired})
        .when("organisation.sign-confidentiality")
        .then(
            {event("organisation.confidentiality-declaration-signed", {{"signedOn", "2026-09-01"}})}
        );
    a_staff({hired})
        .when("organisation.sign-confidentiality", {{"signedOn", "2026-09-02"}})
        .then_rejected({"organisation.date-in-future"});
    const json away = {
        {"substituteId", id('s', 2)}, {"from", "2026-10-01"}, {"until", "2026-10-14"}
    };
    a_staff({hired}, {{"substitute", state_of("staff", {hired})}})
        .when("organisation.set-substitute", away)
        .then({event("organisation.substitute-set", away)});
    a_staff({hired})
        .when("organisation.set-substitute", away)
        .then_rejected({"organisation.staff-unknown"});
    a_staff({hired}, {{"substitute", state_of("staff", {hired, role(), role_ended})}})
        .when("organisation.set-substitute", away)
        .then_rejected({"organisation.staff-inactive"});
    a_staff({hired})
        .when(
            "organisation.set-substitute", {{"substituteId", testing::default_stream_id},
                                            {"from", "2026-10-14"},
                                            {"until", "2026-10-01"}}
        )
        .then_rejected({"organisation.substitute-itself", "organisation.period-inverted"});
}

SCENARIO("The directories follow", "[core][organisation][view]") {
    const auto listed = [](const char* view, const std::vector<TestEvent>& events) {
        return organisation().project(view, "x", events);
    };
    const char* const units = "organisation.unit-directory";
    CHECK(listed(units, {unit("school")})["status"] == "planned");
    CHECK(listed(units, {unit("school"), led})["status"] == "open");
    CHECK(listed(units, {unit("school"), led, closed})["status"] == "closed");
    CHECK(listed(units, {unit("specialist", {{"external", true}})})["status"] == "open");
    CHECK(
        listed(
            units, {unit("school"),
                    event("organisation.unit-reorganised", {{"name", "Ny"}, {"reason", "x"}})}
        )["name"] == "Ny"
    );
    CHECK(
        listed(
            units,
            {unit("school"), event("organisation.service-card-published", {{"mandate", "Skole."}})}
        )["serviceCard"]["mandate"] == "Skole."
    );

    const char* const staff = "organisation.staff-directory";
    CHECK(listed(staff, {hired, role()})["unitIds"] == json{id('u', 1)});
    CHECK(listed(staff, {hired, role()})["roleNames"] == json{"coordinator"});
    CHECK(listed(staff, {hired, role()})["active"] == true);
    CHECK(listed(staff, {hired, role(), role_ended})["active"] == false);
    CHECK(listed(staff, {hired, role(), role_ended})["unitIds"] == json::array());
    CHECK(
        listed(
            staff,
            {testing::withheld(hired), testing::withheld(role()), testing::withheld(role_ended)}
        )["active"] == false
    );
    CHECK(
        listed(
            units,
            {testing::withheld(unit("school")), testing::withheld(led), testing::withheld(closed)}
        )["status"] == "closed"
    );
}
