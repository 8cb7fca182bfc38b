#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

const json first = {{"handoverId", id('h', 1)}};
const json answer = answer_of_odd();
const json transfer = with(
    first, {{"decision", "transfer"},
            {"toUnitId", health_station},
            {"leaderId", geir},
            {"reason", "Vedtak."}}
);

// Lifts the offer once, so that those above both units may decide.
void lift(CaseStory& story) {
    story.has("case.escalate-handover", first, as_timer());
}

std::string coordinator(const CaseStory& story) {
    return story.state()["coordinator"].value("staff_id", "");
}

Sender at(Sender sender, Time now) {
    sender.now = now;
    return sender;
}

}  // namespace

SCENARIO("A handover changes coordinator only when accepted", "[core][case][handover]") {
    auto story = opened_case(1);
    const Outcome offered = story->send("case.offer-handover", offer_to_odd());
    REQUIRE(offered.status == SAMVEV_OK);
    THEN("the offer says who, where and by when") {
        const json data = offered.events.at(0).data;
        CHECK(data["fromId"] == ada);
        CHECK(data["toId"] == odd);
        CHECK(data["answerBy"] == "2026-09-08");
        CHECK(data["answerDays"] == 7);  // five working days
    }
    THEN("the timer is due when the last day is over in Oslo") {
        REQUIRE(offered.timers.size() == 1);
        CHECK(to_text(offered.timers[0].due) == "2026-09-08T22:00:00.000000Z");
        CHECK(offered.timers[0].command == "case.escalate-handover");
        CHECK(offered.timers[0].data == with(first, {{"unitId", health_station}}));
    }
    THEN("the old one stays until the new accepts") {
        CHECK(coordinator(*story) == ada);
        const Outcome accepted =
            story->send("case.accept-handover", with(answer, {{"note", "Fint."}}), as_odd());
        CHECK(accepted.cleared == std::vector<std::string>{"handover-answer"});
        CHECK(coordinator(*story) == odd);
        CHECK(story->state()["coordinator"]["unit_id"] == health_station);
        CHECK(story->answer("case.accept-handover", answer, as_odd()) == "handover-not-open");
    }
    THEN("only the receiver, or their leader, answers") {
        CHECK(story->answer("case.accept-handover", answer) == "not-the-receiver");
        CHECK(
            story->answer("case.reject-handover", with(first, {{"reason", "Nei."}})) ==
            "not-the-receiver"
        );
        CHECK(
            story->answer(
                "case.accept-handover", answer, staff(geir, {"leader"}, health_station)
            ) == "ok"
        );
        CHECK(
            story->answer("case.accept-handover", answer, staff(geir, {"leader"}, school)) ==
            "not-the-receiver"
        );
    }
    THEN("a rejection leaves everything as it was") {
        story->has("case.reject-handover", with(first, {{"reason", "Ingen kapasitet."}}), as_odd());
        CHECK(coordinator(*story) == ada);
        CHECK(story->answer("case.offer-handover", offer_to_odd()) == "id-in-use");
        CHECK(story->answer("case.offer-handover", offer_to_odd(2)) == "ok");
    }
    THEN("the coordinator withdraws it, others do not") {
        CHECK(
            story->answer(
                "case.withdraw-handover", first, staff(id('s', 7), {"coordinator"}, school)
            ) == "not-the-coordinator"
        );
        story->has("case.withdraw-handover", first);
        CHECK(coordinator(*story) == ada);
        CHECK(story->answer("case.accept-handover", answer, as_odd()) == "handover-not-open");
    }
    THEN("there is one offer at a time, and another id is another offer") {
        CHECK(story->answer("case.offer-handover", offer_to_odd(2)) == "handover-open");
        CHECK(
            story->answer("case.accept-handover", answer_of_odd(5), as_odd()) == "handover-not-open"
        );
        CHECK(
            story->answer("case.withdraw-handover", {{"handoverId", id('h', 5)}}) ==
            "handover-not-open"
        );
        CHECK(
            story->answer(
                "case.reject-handover", {{"handoverId", id('h', 5)}, {"reason", "x"}}, as_odd()
            ) == "handover-not-open"
        );
    }
}

SCENARIO(
    "An offer is made by the coordinator to somebody else who can take it", "[core][case][handover]"
) {
    auto story = opened_case(1);
    const auto refused = [&](const json& more, const Sender& sender = as_ada()) {
        return story->answer("case.offer-handover", with(offer_to_odd(), more), sender);
    };
    CHECK(refused({{"toId", ada}}) == "already-coordinator");
    CHECK(refused({{"answerBy", "2026-08-31"}}) == "date-passed");
    CHECK(refused({}, seeing(as_ada(), "to", nullptr)) == "staff-unknown");
    CHECK(refused({}, seeing(as_ada(), "to", departed_staff())) == "staff-inactive");
    CHECK(refused({}, seeing(as_ada(), "unit", closed_unit())) == "unit-not-open");
    CHECK(refused({}, staff(id('s', 7), {"coordinator"}, school)) == "not-the-coordinator");
    CHECK(refused({}, staff(id('s', 7), {"leader"}, school)) == "ok");
    CHECK(opened_case(0)->answer("case.offer-handover", offer_to_odd()) == "not-coordinated");

    const json by_date =
        story->tried("case.offer-handover", with(offer_to_odd(), {{"answerBy", "2026-09-04"}}))
            .events.at(0)
            .data;
    CHECK(by_date["answerDays"] == 3);
    CHECK(
        story->tried("case.offer-handover", with(offer_to_odd(), {{"answerDays", 2}}))
            .events.at(0)
            .data["answerBy"] == "2026-09-03"
    );
    CHECK(
        story->tried("case.offer-handover", with(offer_to_odd(), {{"answerBy", "2026-09-01"}}))
            .events.at(0)
            .data["answerDays"] == 1
    );
    CHECK(
        story->tried("case.offer-handover", with(offer_to_odd(), {{"answerBy", "2027-09-01"}}))
            .events.at(0)
            .data["answerDays"] == 60
    );
}

SCENARIO("An offer goes to someone who works there", "[core][case][handover]") {
    auto story = opened_case(1);
    const auto offered_to = [&](const json& to) {
        return story->answer("case.offer-handover", offer_to_odd(), seeing(as_ada(), "to", to));
    };
    CHECK(offered_to(staff_in(health_station)) == "ok");
    CHECK(offered_to(staff_in(school)) == "staff-not-in-unit");
    CHECK(
        offered_to(facts("staff", {event("organisation.staff-registered")})) == "staff-not-in-unit"
    );
    const auto with_period = [](const char* member, const char* day) {
        json role = {{"role", "coordinator"}, {"unitId", health_station}};
        role[member] = day;
        return facts(
            "staff", {event("organisation.staff-registered"),
                      event("organisation.staff-role-assigned", role, id('a', 1))}
        );
    };
    CHECK(offered_to(with_period("until", "2026-09-01")) == "ok");
    CHECK(offered_to(with_period("until", "2026-08-31")) == "staff-inactive");
    CHECK(offered_to(with_period("from", "2026-09-01")) == "ok");
    CHECK(offered_to(with_period("from", "2026-09-02")) == "staff-not-in-unit");
    const auto ended = [](const char* day) {
        json end = {{"reason", "Sluttet."}};
        end["endsOn"] = day;
        return facts(
            "staff", {event("organisation.staff-registered"),
                      event(
                          "organisation.staff-role-assigned",
                          {{"role", "coordinator"}, {"unitId", health_station}}, id('a', 1)
                      ),
                      event("organisation.staff-role-ended", end, id('a', 1))}
        );
    };
    // What is to end does not act before its last day is over.
    CHECK(offered_to(ended("2026-09-01")) == "ok");
    CHECK(offered_to(ended("2027-06-30")) == "ok");
    CHECK(offered_to(ended("2026-08-31")) == "staff-inactive");
}

SCENARIO("A handover never lands on someone who has left", "[core][case][handover]") {
    auto story = opened_case(1);
    story->has("case.offer-handover", offer_to_odd());
    const auto seen = [](const Sender& sender) { return seeing(sender, "to", staff_in(school)); };
    CHECK(story->answer("case.accept-handover", answer, seen(as_odd())) == "staff-not-in-unit");
    CHECK(
        story->answer("case.accept-handover", answer, seeing(as_odd(), "to", departed_staff())) ==
        "staff-not-in-unit"
    );
    CHECK(
        story->answer("case.accept-handover", answer, seeing(as_odd(), "unit", closed_unit())) ==
        "unit-not-open"
    );
    CHECK(
        story->answer("case.accept-handover", with(answer, {{"toId", geir}}), as_geir()) ==
        "other-receiver"
    );
    CHECK(
        story->answer("case.accept-handover", with(answer, {{"toUnitId", school}}), as_geir()) ==
        "other-unit"
    );
    WHEN("the leader accepts for somebody who is there") {
        story->has("case.accept-handover", answer, as_geir());
        CHECK(coordinator(*story) == odd);
    }
    WHEN("the leader accepts for somebody who has left") {
        story->has("case.accept-handover", answer, seen(as_geir()));
        THEN("the leader coordinates") {
            CHECK(coordinator(*story) == geir);
            CHECK(story->state()["coordinator"]["unit_id"] == health_station);
        }
    }
}

SCENARIO(
    "A handover that is never answered climbs, and the coordinator stays", "[core][case][handover]"
) {
    // Tuesday before Easter; the answer is due Friday 2027-04-02, five working days later.
    auto story = opened_case(2);
    const Outcome offered =
        story->send("case.offer-handover", offer_to_odd(), at(as_ada(), noon(2027, 3, 23)));
    REQUIRE(offered.status == SAMVEV_OK);
    CHECK(offered.events.at(0).data["answerBy"] == "2027-04-02");
    CHECK(offered.events.at(0).data["answerDays"] == 10);
    CHECK(offered.timers.at(0).due == oslo_midnight(parse_date("2027-04-03")));

    const std::string division = id('u', 3);
    const std::string municipality = id('u', 4);
    const auto unit = [](const char* type, const std::string& parent, const std::string& leader) {
        json data = {{"name", "x"}, {"type", type}, {"leaderId", leader}};
        if (!parent.empty()) {
            data["parentId"] = parent;
        }
        return facts("unit", {event("organisation.unit-registered", data)});
    };
    const auto lifted = [&](const Outcome& before, Time now, const json& seen) {
        return story->send(
            "case.escalate-handover", before.timers.at(0).data,
            seeing(at(as_timer(), now), "unit", seen)
        );
    };
    const Outcome to_leader =
        lifted(offered, noon(2027, 4, 3), unit("health-station", division, geir));
    const json step = to_leader.events.at(0).data;
    CHECK(step["toRole"] == "leader");
    CHECK(step["toId"] == geir);
    CHECK(step["unitId"] == health_station);
    CHECK(step["answerBy"] == "2027-04-09");
    CHECK(coordinator(*story) == ada);

    WHEN("it is answered late") {
        story->has("case.accept-handover", answer, as_odd());
        THEN("it counts, and the timer finds nothing to do") {
            CHECK(coordinator(*story) == odd);
            CHECK(story->answer("case.escalate-handover", first, as_timer()) == "nothing");
        }
    }
    WHEN("nobody answers at all") {
        const Outcome to_division =
            lifted(to_leader, noon(2027, 4, 10), unit("division", municipality, id('s', 5)));
        const Outcome to_director =
            lifted(to_division, noon(2027, 4, 17), unit("municipality", "", id('s', 6)));
        const Outcome again =
            lifted(to_director, noon(2027, 4, 24), unit("municipality", "", id('s', 6)));
        THEN("each is asked by name, and the municipal director again and again") {
            CHECK(to_division.events.at(0).data["toRole"] == "division-head");
            CHECK(to_division.events.at(0).data["toId"] == id('s', 5));
            CHECK(to_division.events.at(0).data["unitId"] == division);
            CHECK(to_director.events.at(0).data["toRole"] == "municipal-director");
            CHECK(to_director.events.at(0).data["unitId"] == municipality);
            CHECK(again.events.at(0).data["toRole"] == "municipal-director");
            CHECK(again.events.at(0).data["toId"] == id('s', 6));
            CHECK(again.events.at(0).data["step"] == 4);
            CHECK(again.timers.at(0).data["unitId"] == municipality);
            CHECK(coordinator(*story) == ada);
        }
    }
    WHEN("the head of division decides") {
        const Outcome decided = story->send("case.decide-handover", transfer, as_division_head());
        THEN("the receiving leader is coordinator at once") {
            REQUIRE(decided.status == SAMVEV_OK);
            CHECK(coordinator(*story) == geir);
            CHECK(story->state()["coordinator"]["unit_id"] == health_station);
            CHECK(decided.cleared == std::vector<std::string>{"handover-answer"});
        }
        THEN("the late answer comes too late") {
            CHECK(story->answer("case.accept-handover", answer, as_odd()) == "handover-not-open");
        }
    }
}

SCENARIO(
    "An offer to an external service that is not answered comes back up the sender's own tree",
    "[core][case][handover]"
) {
    auto story = opened_case(1);
    story->has("case.offer-handover", offer_to_odd());
    const json external = facts(
        "unit",
        {event("organisation.unit-registered", {{"type", "specialist"}, {"external", true}})}
    );
    const Outcome lifted = story->send(
        "case.escalate-handover", with(first, {{"unitId", health_station}}),
        seeing(as_timer(), "unit", external)
    );
    CHECK_FALSE(lifted.events.at(0).data.contains("toId"));
    CHECK(lifted.timers.at(0).data["unitId"] == school);
}

SCENARIO(
    "Nobody is made coordinator against their answer, but by one above both units",
    "[core][case][handover]"
) {
    auto story = opened_case(1);
    story->has("case.offer-handover", offer_to_odd());
    const auto decided = [&](const Sender& sender, const char* decision = "transfer") {
        return story->answer(
            "case.decide-handover", with(transfer, {{"decision", decision}}), sender
        );
    };
    const Sender own_leader = staff(id('s', 7), {"leader"}, school);
    const Sender unit_for_all = staff(id('s', 8), {"coordinating-unit"}, id('u', 8));
    CHECK(decided(as_geir()) == "ok");
    CHECK(decided(own_leader) == "not-above-both-units");
    CHECK(decided(own_leader, "stay") == "not-above-both-units");
    CHECK(decided(as_division_head()) == "answer-time-left");
    CHECK(decided(as_division_head(), "stay") == "answer-time-left");
    CHECK(decided(unit_for_all) == "answer-time-left");
    CHECK(decided(at(as_division_head(), noon(2026, 9, 8))) == "answer-time-left");
    CHECK(decided(at(as_division_head(), noon(2026, 9, 9))) == "ok");
    lift(*story);
    CHECK(decided(as_division_head()) == "ok");
    CHECK(decided(unit_for_all) == "ok");
    CHECK(decided(own_leader) == "not-above-both-units");
    story->has("case.decide-handover", with(transfer, {{"decision", "stay"}}), as_division_head());
    CHECK(coordinator(*story) == ada);
}

SCENARIO("A decision names the unit of the offer and its leader", "[core][case][handover]") {
    auto story = opened_case(1);
    const Sender head = as_division_head();
    const auto decided = [&](const json& more, const Sender& sender) {
        return story->answer("case.decide-handover", with(transfer, more), sender);
    };
    CHECK(decided({}, head) == "handover-not-open");
    CHECK(opened_case(0)->answer("case.decide-handover", transfer, head) == "not-coordinated");
    story->has("case.offer-handover", offer_to_odd());
    lift(*story);
    CHECK(decided({{"toUnitId", school}}, head) == "other-unit");
    CHECK(decided({}, seeing(head, "unit", nullptr)) == "unit-unknown");
    CHECK(decided({}, seeing(head, "unit", closed_unit())) == "unit-not-open");
    CHECK(decided({{"leaderId", odd}}, head) == "not-the-leader");
    CHECK(decided({}, seeing(head, "leader", departed_staff())) == "leader-left");
    // Their role here has ended, though they work elsewhere.
    const json moved = facts(
        "staff",
        {event("organisation.staff-registered"),
         event("organisation.staff-role-assigned", {{"unitId", school}}, id('a', 1)),
         event("organisation.staff-role-assigned", {{"unitId", health_station}}, id('a', 2)),
         event("organisation.staff-role-ended", {{"reason", "x"}}, id('a', 2))}
    );
    CHECK(decided({}, seeing(head, "leader", moved)) == "leader-left");
    json unnamed = transfer;
    unnamed.erase("leaderId");
    CHECK(story->answer("case.decide-handover", unnamed, head) == "not-the-leader");
    const json leaderless =
        facts("unit", {event("organisation.unit-registered", {{"external", true}})});
    CHECK(decided({}, seeing(head, "unit", leaderless)) == "unit-without-leader");
    story->has(
        "case.decide-handover", with(transfer, {{"decision", "stay"}}),
        seeing(head, "unit", leaderless)
    );
    CHECK(coordinator(*story) == ada);
    CHECK(story->state()["handover"].is_null());
}

SCENARIO("The child coordinator is the coordinator by law", "[core][case][handover]") {
    auto story = opened_case(1);
    const Sender unit = staff(geir, {"coordinating-unit"}, health_station);
    const json by_law = {
        {"coordinatorId", odd},
        {"coordinatorUnitId", health_station},
        {"reason", "Oppnevnt."},
        {"childCoordinator", true}
    };
    const json has_the_role = staff_in(health_station, "child-coordinator");
    CHECK(story->answer("case.appoint-coordinator", by_law, unit) == "not-child-coordinator");
    CHECK(
        story->answer(
            "case.appoint-coordinator", by_law,
            seeing(unit, "coordinator", staff_in(school, "child-coordinator"))
        ) == "not-child-coordinator"
    );
    story->has("case.appoint-coordinator", by_law, seeing(unit, "coordinator", has_the_role));
    CHECK(story->state()["childCoordinator"] == true);
    const json on = {
        {"handoverId", id('h', 1)}, {"toId", ada}, {"toUnitId", school}, {"reason", "Flyttet."}
    };
    CHECK(
        story->answer("case.offer-handover", on, as_odd()) == "child-coordinator-reason-required"
    );
    const json with_role = staff_in(school, "child-coordinator");
    CHECK(story->answer("case.offer-handover", on, seeing(as_odd(), "to", with_role)) == "ok");
    story->has(
        "case.offer-handover", with(on, {{"childCoordinatorReason", "Familien ønsker det."}}),
        as_odd()
    );
    const json taken = {{"handoverId", id('h', 1)}, {"toId", ada}, {"toUnitId", school}};
    THEN("the mark goes on with one who has the role, and ends with one who has not") {
        CHECK(
            story->tried("case.accept-handover", taken, seeing(as_ada(), "to", with_role))
                .events.at(0)
                .data["childCoordinator"] == true
        );
        story->has("case.accept-handover", taken, as_ada());
        CHECK(coordinator(*story) == ada);
        CHECK(story->state()["childCoordinator"] == false);
    }
}

SCENARIO(
    "A coordinator is appointed by decision only for a child coordinator or one who has left",
    "[core][case][handover]"
) {
    auto story = opened_case(1);
    const Sender leader = staff(geir, {"coordinating-unit"}, health_station);
    const json appointed = {
        {"coordinatorId", odd}, {"coordinatorUnitId", health_station}, {"reason", "Vedtak."}
    };
    const json replacing = with(appointed, {{"replacesId", ada}});
    CHECK(story->answer("case.appoint-coordinator", appointed, leader) == "coordinator-present");
    CHECK(
        story->answer("case.appoint-coordinator", with(appointed, {{"replacesId", odd}}), leader) ==
        "coordinator-present"
    );
    CHECK(
        story->answer(
            "case.appoint-coordinator", replacing, seeing(leader, "replaced", active_staff())
        ) == "coordinator-still-active"
    );
    CHECK(
        story->answer(
            "case.appoint-coordinator", replacing, seeing(leader, "replaced", departed_staff())
        ) == "ok"
    );
    CHECK(
        story->answer(
            "case.appoint-coordinator", with(appointed, {{"coordinatorId", ada}}), leader
        ) == "already-coordinator"
    );
    CHECK(
        story->answer(
            "case.appoint-coordinator", with(appointed, {{"childCoordinator", true}}),
            seeing(
                seeing(leader, "unit", closed_unit()), "coordinator",
                staff_in(health_station, "child-coordinator")
            )
        ) == "unit-not-open"
    );
    CHECK(
        opened_case(0)->answer("case.appoint-coordinator", appointed, leader) == "not-coordinated"
    );

    story->has("case.offer-handover", offer_to_odd());
    const json child_coordinator = with(appointed, {{"childCoordinator", true}});
    const Sender by_law =
        seeing(leader, "coordinator", staff_in(health_station, "child-coordinator"));
    CHECK(
        story->writes("case.appoint-coordinator", child_coordinator, by_law) ==
        "coordinator-appointed handover-withdrawn"
    );
    story->has("case.appoint-coordinator", child_coordinator, by_law);
    CHECK(coordinator(*story) == odd);
}
