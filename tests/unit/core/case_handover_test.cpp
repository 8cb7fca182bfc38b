#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

const json first = {{"handoverId", id('h', 1)}};

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
        CHECK(data["answerDays"] == 7);
    }
    THEN("the timer is due when the last day is over in Oslo") {
        REQUIRE(offered.timers.size() == 1);
        CHECK(to_text(offered.timers[0].due) == "2026-09-08T22:00:00.000000Z");
        CHECK(offered.timers[0].command == "case.escalate-handover");
        CHECK(offered.timers[0].data == first);
    }
    THEN("the old one stays until the new accepts") {
        CHECK(coordinator(*story) == ada);
        const Outcome accepted =
            story->send("case.accept-handover", with(first, {{"note", "Fint."}}), as_odd());
        CHECK(accepted.cleared == std::vector<std::string>{"handover-answer"});
        CHECK(coordinator(*story) == odd);
        CHECK(story->state()["coordinator"]["unit_id"] == health_station);
        CHECK(story->answer("case.accept-handover", first, as_odd()) == "handover-not-open");
    }
    THEN("only the receiver, or their leader, answers") {
        CHECK(story->answer("case.accept-handover", first) == "not-the-receiver");
        CHECK(
            story->answer("case.reject-handover", with(first, {{"reason", "Nei."}})) ==
            "not-the-receiver"
        );
        CHECK(
            story->answer("case.accept-handover", first, staff(geir, {"leader"}, health_station)) ==
            "ok"
        );
        CHECK(
            story->answer("case.accept-handover", first, staff(geir, {"leader"}, school)) ==
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
        CHECK(story->answer("case.accept-handover", first, as_odd()) == "handover-not-open");
    }
    THEN("there is one offer at a time, and another id is another offer") {
        CHECK(story->answer("case.offer-handover", offer_to_odd(2)) == "handover-open");
        CHECK(
            story->answer("case.accept-handover", {{"handoverId", id('h', 5)}}, as_odd()) ==
            "handover-not-open"
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

SCENARIO(
    "A handover that is never answered climbs, and the coordinator stays", "[core][case][handover]"
) {
    // Tuesday before Easter; the answer is due Friday 2027-04-02.
    auto story = opened_case(2);
    const Time tuesday = noon(2027, 3, 23);
    story->has(
        "case.offer-handover", with(offer_to_odd(), {{"answerBy", "2027-04-02"}}),
        at(as_ada(), tuesday)
    );

    const Outcome to_leader =
        story->send("case.escalate-handover", first, at(as_timer(), noon(2027, 4, 3)));
    CHECK(to_leader.events.at(0).data["toRole"] == "leader");
    CHECK(to_leader.events.at(0).data["answerBy"] == "2027-04-13");
    CHECK(to_leader.timers.size() == 1);
    CHECK(coordinator(*story) == ada);

    WHEN("it is answered late") {
        story->has("case.accept-handover", first, as_odd());
        THEN("it counts, and the timer finds nothing to do") {
            CHECK(coordinator(*story) == odd);
            CHECK(story->answer("case.escalate-handover", first, as_timer()) == "nothing");
        }
    }
    WHEN("nobody answers at all") {
        const Outcome to_division =
            story->send("case.escalate-handover", first, at(as_timer(), noon(2027, 4, 14)));
        const Outcome to_director =
            story->send("case.escalate-handover", first, at(as_timer(), noon(2027, 4, 25)));
        THEN("it reaches the municipal director and goes no further") {
            CHECK(to_division.events.at(0).data["toRole"] == "division-head");
            CHECK(to_director.events.at(0).data["toRole"] == "municipal-director");
            CHECK(to_director.timers.empty());
            CHECK(story->answer("case.escalate-handover", first, as_timer()) == "nothing");
            CHECK(coordinator(*story) == ada);
        }
    }
    WHEN("the head of division decides") {
        const json decision = with(
            first, {{"decision", "transfer"}, {"toUnitId", health_station}, {"reason", "Vedtak."}}
        );
        const Outcome decided = story->send("case.decide-handover", decision, as_division_head());
        THEN("the receiving leader is coordinator at once") {
            REQUIRE(decided.status == SAMVEV_OK);
            CHECK(coordinator(*story) == geir);
            CHECK(story->state()["coordinator"]["unit_id"] == health_station);
            CHECK(decided.cleared == std::vector<std::string>{"handover-answer"});
        }
        THEN("the late answer comes too late") {
            CHECK(story->answer("case.accept-handover", first, as_odd()) == "handover-not-open");
        }
    }
}

SCENARIO("A decision names the unit of the offer, which has a leader", "[core][case][handover]") {
    auto story = opened_case(1);
    const json decision = with(
        first, {{"decision", "transfer"}, {"toUnitId", health_station}, {"reason", "Vedtak."}}
    );
    const Sender head = as_division_head();
    CHECK(story->answer("case.decide-handover", decision, head) == "handover-not-open");
    CHECK(opened_case(0)->answer("case.decide-handover", decision, head) == "not-coordinated");
    story->has("case.offer-handover", offer_to_odd());
    CHECK(
        story->answer("case.decide-handover", with(decision, {{"toUnitId", school}}), head) ==
        "other-unit"
    );
    CHECK(
        story->answer("case.decide-handover", decision, seeing(head, "unit", nullptr)) ==
        "unit-unknown"
    );
    CHECK(
        story->answer("case.decide-handover", decision, seeing(head, "unit", closed_unit())) ==
        "unit-not-open"
    );
    const json leaderless =
        facts("unit", {event("organisation.unit-registered", {{"external", true}})});
    CHECK(
        story->answer("case.decide-handover", decision, seeing(head, "unit", leaderless)) ==
        "unit-without-leader"
    );
    story->has(
        "case.decide-handover", with(decision, {{"decision", "stay"}}),
        seeing(head, "unit", leaderless)
    );
    CHECK(coordinator(*story) == ada);
    CHECK(story->state()["handover"].is_null());
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
            seeing(leader, "unit", closed_unit())
        ) == "unit-not-open"
    );
    CHECK(
        opened_case(0)->answer("case.appoint-coordinator", appointed, leader) == "not-coordinated"
    );

    story->has("case.offer-handover", offer_to_odd());
    const json child_coordinator = with(appointed, {{"childCoordinator", true}});
    CHECK(
        story->writes("case.appoint-coordinator", child_coordinator, leader) ==
        "coordinator-appointed handover-withdrawn"
    );
    story->has("case.appoint-coordinator", child_coordinator, leader);
    CHECK(coordinator(*story) == odd);
}
