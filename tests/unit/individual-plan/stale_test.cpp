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
        // Fixed: it was told once, and when every cause had been told nobody looked again.
        THEN("it is told again every four weeks until somebody deals with it") {
            CHECK(to_text(found.timers.at(0).due) == "2027-08-08T22:00:00.000000Z");
            story.move_to("2027-08-09");
            CHECK(look(story).events.at(0).data["causes"] == json::array({"evaluation-overdue"}));
        }
        THEN("whatever is done to the plan sets the timer again") {
            const auto touched = story.send(
                "map-resources", {{"planId", plan}, {"resources", "Musikk"}, {"needs", "Ro"}}
            );
            CHECK(to_text(touched.timers.at(0).due) == "2027-08-08T22:00:00.000000Z");
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
    story.must(
        "end-plan", {{"reason", "other"}, {"note", "Dobbelt"}, {"childNotHeardReason", "Spedbarn"}}
    );
    CHECK(look(story).events.empty());
}

// Fixed: the documents went on showing the former coordinator, and nobody was told.
SCENARIO("An active plan that loses its coordinator says so", "[individual-plan][stale]") {
    PlanStory story;
    story.activate();
    const auto to_level_0 = [&](const json& more = json::object()) {
        json data{{"level", 0}, {"reason", "x"}, {"previousLevel", 2}};
        data.update(more);
        story.fact("level-set", data);
        const auto sent =
            story.module.react(story.stream().history().back(), "case", story.stream().id());
        REQUIRE(sent.size() == 1);
        REQUIRE(sent[0].command == "individual-plan.detect-stale");
        return story.send_as("system:reaction", "detect-stale", sent[0].data);
    };
    WHEN("no unit leads the coordination, the unit of the former coordinator answers") {
        const auto found = to_level_0();
        CHECK(found.events.at(0).data["causes"] == json::array({"no-coordinator"}));
        CHECK_FALSE(story.document("plan").contains("coordinatorId"));
        CHECK(story.document("plan")["stale"] == json::array({"no-coordinator"}));
        const json waiting = story.document("waiting");
        CHECK(waiting["kind"] == "appoint-coordinator");
        CHECK(waiting["who"].is_null());
        CHECK(waiting["unitId"] == unit_of_liv);
        CHECK(story.document("due")["who"].is_null());
        CHECK(story.document("due")["dueOn"] == "2027-07-11");
        AND_WHEN("one is appointed, it waits for that one") {
            story.fact(
                "coordinator-appointed",
                {{"coordinatorId", uuid(77)}, {"coordinatorUnitId", school}, {"reason", "x"}}
            );
            CHECK(story.document("plan")["stale"].empty());
            CHECK(story.document("waiting")["kind"] == "evaluate-plan");
            CHECK(story.document("waiting")["who"] == uuid(77));
            CHECK(story.document("waiting")["overdue"] == false);
        }
    }
    WHEN("somebody owns the concern, their unit answers") {
        to_level_0({{"concernUnitId", school}});
        CHECK(story.document("waiting")["unitId"] == school);
    }
    WHEN("a unit leads the coordination, that one answers") {
        story.fact("coordinating-service-assigned", {{"coordinatingUnitId", health}});
        to_level_0({{"concernUnitId", school}});
        CHECK(story.document("waiting")["unitId"] == health);
    }
}
