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
        story.must("end-plan", {{"planId", plan}, {"reason", "other"}});
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
        THEN("no plan is offered, but a coordinator can be") {
            CHECK(story.codes("offer-plan", {{"planId", plan}}) == Codes{"wrong-phase"});
            CHECK(story
                      .codes(
                          "offer-coordinator-without-plan",
                          {{"planId", plan}, {"staffId", liv}, {"unitId", unit_of_liv}}
                      )
                      .empty());
        }
        THEN("it can be assessed again") {
            CHECK(story.codes("assess-right", yes).empty());
            CHECK(story.document("plan")["phase"] == "entitled");
        }
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
    json waiting = story.document("waiting");
    CHECK(waiting["kind"] == "offer-coordinator");
    CHECK(waiting["who"] == liv);
    CHECK(waiting["dueOn"] == "2027-01-25");
    story.must(
        "offer-coordinator-without-plan",
        {{"planId", plan}, {"staffId", liv}, {"unitId", unit_of_liv}}
    );
    CHECK(story.document("waiting")["who"].is_null());
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
