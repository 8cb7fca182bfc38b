#include <catch2/catch.hpp>

#include "plan_story.hpp"

using namespace samvev;
using namespace samvev::test;

namespace {
const json request{{"planId", plan}, {"requestedBy", {{"role", "guardian"}}}};
const json yes{{"planId", plan}, {"longTerm", true}, {"coordinated", true}};
}  // namespace

SCENARIO("A plan is asked for by or for a person in an open case", "[individual-plan][request]") {
    PlanStory story;
    CHECK(story.codes("request-plan", request) == Codes{"person-missing"});
    story.open_case();
    const auto asked = story.send("request-plan", request);
    THEN("the first draft is due in four weeks, and a timer watches it") {
        CHECK(asked.events.at(0).version == 2);
        CHECK(asked.events.at(0).data["draftDueOn"] == "2027-02-08");
        CHECK(to_text(asked.timers.at(0).due) == "2027-02-08T23:00:00.000000Z");
    }
    THEN("there is one plan at a time, each with its own id") {
        CHECK(story.codes("request-plan", request) == Codes{"id-in-use", "plan-in-progress"});
        story.must(
            "end-plan",
            {{"planId", plan}, {"reason", "no-longer-needed"}, {"childNotHeardReason", "Spedbarn"}}
        );
        CHECK(
            story.codes(
                     "request-plan", {{"planId", uuid(2)}, {"requestedBy", {{"role", "child"}}}}
            ).empty()
        );
        CHECK(story.document("plan")["previousPlanIds"] == json::array({plan}));
    }
    THEN("a closed case takes no request") {
        story.fact("case-closed", {{"reason", "x"}, {"outcome", "goals-met"}});
        CHECK(
            story.codes(
                "request-plan", {{"planId", uuid(2)}, {"requestedBy", {{"role", "child"}}}}
            ) == Codes{"case-closed", "plan-in-progress"}
        );
    }
}

SCENARIO(
    "The right depends on needs that are long-term and coordinated", "[individual-plan][request]"
) {
    PlanStory story;
    story.open_case();
    CHECK(story.codes("assess-right", yes) == Codes{"plan-unknown"});
    story.must("request-plan", request);
    CHECK(story.codes("offer-plan", {{"planId", plan}}) == Codes{"wrong-phase"});
    WHEN("one of them is missing, the answer is no: reasoned, and open to complaint for four weeks"
    ) {
        json no = yes;
        no["longTerm"] = false;
        CHECK(story.codes("assess-right", no) == Codes{"reason-missing"});
        no["reason"] = "Behovet varer noen uker.";
        const auto refused = story.send("assess-right", no);
        CHECK(refused.events.at(0).data["outcome"] == "not-entitled");
        CHECK(refused.events.at(0).data["complaintDueOn"] == "2027-02-08");
        CHECK(refused.cleared == Codes{"plan-stale"});
        THEN("no plan is offered, but a coordinator can be") {
            CHECK(story.codes("offer-plan", {{"planId", plan}}) == Codes{"wrong-phase"});
            CHECK(story
                      .codes(
                          "offer-coordinator-without-plan",
                          {{"planId", plan}, {"staffId", liv}, {"unitId", unit_of_liv}}
                      )
                      .empty());
        }
        THEN("once a new plan has been asked for, that one is worked on") {
            story.must("request-plan", {{"planId", uuid(2)}, {"requestedBy", {{"role", "child"}}}});
            CHECK(story.codes("assess-right", yes) == Codes{"wrong-phase"});
        }
        THEN("it can be assessed again, and is then watched again") {
            const auto upheld = story.send("assess-right", yes);
            CHECK(to_text(upheld.timers.at(0).due) == "2027-02-08T23:00:00.000000Z");
            CHECK(story.document("plan")["phase"] == "entitled");
        }
    }
}

// Fixed: the four weeks ran from the assessment, and could end on a holiday.
SCENARIO(
    "The time to complain runs from when the person was told, to a working day",
    "[individual-plan][request]"
) {
    struct {
        const char* told_on;
        const char* due_on;
    } const cases[]{
        {"2027-02-01", "2027-03-01"},  // Monday to Monday.
        {"2027-02-25", "2027-03-30"},  // Maundy Thursday: to the Tuesday after Easter.
        {"2027-04-03", "2027-05-03"},  // May Day, a Saturday.
        {"2027-04-08", "2027-05-07"},  // Ascension Day.
        {"2027-04-19", "2027-05-18"},  // Constitution Day and Whit Monday.
        {"2026-11-27", "2026-12-28"},  // Christmas Day, and the weekend after it.
        {"2023-12-04", "2024-01-02"},  // New Year's Day.
    };
    for (const auto& [told_on, due_on] : cases) {
        CAPTURE(told_on);
        PlanStory story;
        story.move_to("2023-11-30");
        story.open_case();
        story.must("request-plan", request);
        json no{{"planId", plan}, {"longTerm", false}, {"coordinated", true}, {"reason", "Kort"}};
        no["toldOn"] = told_on;
        CHECK(story.codes("assess-right", no) == Codes{"occurred-in-future"});
        story.move_to(told_on);
        const auto refused = story.send("assess-right", no);
        CHECK(refused.events.at(0).data["complaintDueOn"] == due_on);
    }
}

SCENARIO("Who declines the plan keeps the right to a coordinator", "[individual-plan][request]") {
    PlanStory story;
    story.open_case();
    story.must("request-plan", request);
    story.must("assess-right", yes);
    story.must("offer-plan", {{"planId", plan}});
    CHECK(story.document("waiting")["who"].is_null());
    const auto declined = story.send("decline-plan", {{"planId", plan}, {"reason", "Ikke nå"}});
    CHECK(declined.events.at(0).data["coordinatorDueOn"] == "2027-01-25");
    CHECK(declined.cleared == Codes{"plan-stale"});
    // The case has a coordinator: that is what the right is to.
    CHECK(story.document("waiting")["kind"] == "none");
    CHECK(
        story.codes("draft-plan", {{"planId", plan}, {"consentId", uuid(150)}}) ==
        Codes{"wrong-phase", "consent-missing"}
    );
    THEN("a new plan can be asked for later") {
        CHECK(
            story.codes(
                     "request-plan", {{"planId", uuid(2)}, {"requestedBy", {{"role", "child"}}}}
            ).empty()
        );
    }
}

// Fixed: an offer counted as a coordinator, and nothing watched the two weeks.
SCENARIO(
    "Who declines the plan in a case without coordinator gets one", "[individual-plan][stale]"
) {
    PlanStory story;
    story.fact("case-opened", {{"level", 0}, {"personId", pia}, {"concernUnitId", school}});
    story.must("request-plan", request);
    story.must("assess-right", yes);
    const auto declined = story.send("decline-plan", {{"planId", plan}});
    CHECK(to_text(declined.timers.at(0).due) == "2027-01-25T23:00:00.000000Z");
    json waiting = story.document("waiting");
    CHECK(waiting["kind"] == "offer-coordinator");
    CHECK(waiting["unitId"] == school);
    CHECK(waiting["dueOn"] == "2027-01-25");
    story.must(
        "offer-coordinator-without-plan",
        {{"planId", plan}, {"staffId", liv}, {"unitId", unit_of_liv}}
    );
    CHECK(story.document("waiting")["kind"] == "appoint-coordinator");
    const auto look = [&] { return story.send_as("system:timer", "detect-stale", json::object()); };
    const auto appoint = [&] {
        story.fact(
            "coordinator-appointed",
            {{"coordinatorId", liv}, {"coordinatorUnitId", unit_of_liv}, {"reason", "x"}}
        );
    };
    WHEN("one is appointed in time, there is nothing left to look after") {
        story.move_to("2027-01-20");
        appoint();
        CHECK(story.document("waiting")["kind"] == "none");
        CHECK(story.document("due")["met"] == json::array({"2027-01-25"}));
        story.move_to("2027-01-26");
        CHECK(look().events.empty());
    }
    WHEN("nobody is, that is told until somebody is") {
        story.move_to("2027-01-26");
        const auto found = look();
        CHECK(found.events.at(0).data["causes"] == json::array({"coordinator-not-offered"}));
        CHECK(to_text(found.timers.at(0).due) == "2027-02-23T11:00:00.000000Z");
        CHECK(story.document("due")["state"] == "missed");
        story.move_to("2027-02-23");
        CHECK(look().events.size() == 1);
        appoint();
        CHECK(look().events.empty());
        CHECK(story.document("due")["missed"] == json::array({"2027-01-25"}));
        CHECK(story.document("plan")["stale"].empty());
    }
}

TEST_CASE("A request of version 1 is brought to version 2", "[individual-plan][upcast]") {
    const testing::TestModule module(samvev_entry_v1);
    testing::TestEvent old = testing::event(
        "individual-plan.plan-requested",
        {{"planId", plan}, {"personId", pia}, {"requestedBy", "guardian"}}, plan
    );
    old.occurred_on = "2026-02-01";
    CHECK(
        module.upcast(old, "case") ==
        json{
            {"planId", plan},
            {"personId", pia},
            {"requestedBy", {{"role", "guardian"}}},
            {"draftDueOn", "2026-03-01"}
        }
    );
    old.version = 2;
    CHECK_THROWS_AS(module.upcast(old, "case"), testing::Mismatch);
}
