#include <catch2/catch.hpp>

#include "plan_story.hpp"

using namespace samvev;
using namespace samvev::test;

namespace {
testing::Outcome look(PlanStory& story) {
    return story.send_as("system:timer", "detect-stale", json::object());
}
}  // namespace

SCENARIO("A plan that nobody evaluates is not in use", "[individual-plan][stale][timer]") {
    PlanStory story;
    story.activate();
    GIVEN("the case has been worked on, but the evaluation date passes") {
        story.move_to("2027-07-10");
        story.set_goal(131);
        THEN("looking before the date finds it in use, and looks again after it") {
            const auto early = look(story);
            REQUIRE(early.events.size() == 1);
            CHECK(early.events[0].type == "individual-plan.plan-checked");
            CHECK(to_text(early.timers.at(0).due) == "2027-07-11T22:00:00.000000Z");
        }
        story.now = oslo_midnight(parse_date("2027-07-12"));
        const auto found = look(story);
        CHECK(found.events.at(0).data["causes"] == json::array({"evaluation-overdue"}));
        CHECK(found.events.at(0).data["coordinatorId"] == liv);
        CHECK(story.document("due")["state"] == "missed");
        CHECK(story.document("waiting")["overdue"] == true);
        THEN("it is told once, and the next look is for half a year without use") {
            CHECK(to_text(found.timers.at(0).due) == "2028-01-06T10:00:00.000000Z");
            CHECK(look(story).events.at(0).type == "individual-plan.plan-checked");
        }
        THEN("a late evaluation is recorded as late, and the miss stays") {
            story.move_to("2027-07-20");
            story.must(
                "evaluate-plan", {{"planId", plan},
                                  {"evaluationId", uuid(361)},
                                  {"summary", "s"},
                                  {"childAnswer", {{"useful", "no"}}},
                                  {"familyAnswer", {{"useful", "no"}}},
                                  {"nextEvaluateOn", "2027-12-01"}}
            );
            const json due = story.document("due");
            CHECK(due["state"] == "open");
            CHECK(due["missed"] == json::array({"2027-07-11"}));
            CHECK(story.document("plan")["stale"].empty());
        }
    }
    GIVEN("nothing happens for half a year") {
        story.move_to("2027-07-11");
        const auto found = look(story);
        CHECK(found.events.at(0).data["causes"] == json::array({"no-activity"}));
        CHECK(story.document("waiting")["kind"] == "stale-plan");
        CHECK(story.document("plan")["stale"] == json::array({"no-activity"}));
    }
}

SCENARIO("A request without a draft in four weeks is told", "[individual-plan][stale][timer]") {
    PlanStory story;
    story.open_case();
    story.must("request-plan", {{"planId", plan}, {"requestedBy", {{"role", "child"}}}});
    story.move_to("2027-02-09");
    CHECK(look(story).events.at(0).data["causes"] == json::array({"draft-overdue"}));
    CHECK(story.document("due")["state"] == "missed");
    THEN("a draft that comes after it is late, and the miss stays") {
        story.consent(150, {school});
        story.must("assess-right", {{"planId", plan}, {"longTerm", true}, {"coordinated", true}});
        story.must("draft-plan", {{"planId", plan}, {"consentId", uuid(150)}});
        CHECK(story.document("due")["missed"] == json::array({"2027-02-08"}));
    }
}

TEST_CASE("There is nothing to look at without a plan in progress", "[individual-plan][stale]") {
    PlanStory story;
    story.open_case();
    CHECK(look(story).events.empty());
    story.must("request-plan", {{"planId", plan}, {"requestedBy", {{"role", "child"}}}});
    story.must("end-plan", {{"reason", "other"}});
    CHECK(look(story).events.empty());
}
