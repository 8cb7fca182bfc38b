#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

const json goal_id = {{"goalId", id('g', 1)}};
const json need = {
    {"needId", id('n', 1)}, {"lifeArea", "leisure"}, {"description", "Noe å glede seg til."}
};

json goal(const char* owner) {
    return with(goal_id, {{"owner", owner}, {"text", "Jeg vil ha én venn."}});
}

}  // namespace

SCENARIO("A goal is set, worked on, and reached or left", "[core][case][goal]") {
    auto story = opened_case(1);
    CHECK(story->answer("case.achieve-goal", goal_id) == "goal-unknown");
    CHECK(
        story->answer("case.set-goal", with(goal("joint"), {{"needId", id('n', 1)}})) ==
        "need-unknown"
    );
    story->has("case.record-need", need);
    CHECK(story->answer("case.record-need", need) == "id-in-use");
    story->has("case.set-goal", with(goal("joint"), {{"needId", id('n', 1)}}));
    CHECK(story->answer("case.set-goal", goal("joint")) == "id-in-use");
    CHECK(story->answer("case.refine-goal", with(goal_id, {{"text", "To venner."}})) == "ok");
    CHECK(
        story->answer(
            "case.rate-goal-progress",
            with(goal_id, {{"rating", "improving"}, {"ratedBy", "child"}})
        ) == "ok"
    );
    story->has("case.achieve-goal", goal_id);
    for (const char* command : {"case.achieve-goal", "case.agree-goal"}) {
        CHECK(story->answer(command, goal_id) == "goal-not-open");
    }
    CHECK(story->answer("case.abandon-goal", with(goal_id, {{"reason", "x"}})) == "goal-not-open");
    CHECK(story->answer("case.refine-goal", with(goal_id, {{"text", "x"}})) == "goal-not-open");
    CHECK(
        story->answer(
            "case.rate-goal-progress", with(goal_id, {{"rating", "achieved"}, {"ratedBy", "child"}})
        ) == "goal-not-open"
    );
    CHECK(CaseStory().answer("case.set-goal", goal("child")) == "not-open");
}

SCENARIO("A child's own goal is changed only by or with the child", "[core][case][goal]") {
    auto story = opened_case(1);
    story->has("case.set-goal", goal("child"), as_child());
    const json words = with(goal_id, {{"text", "Ro i timene."}});
    CHECK(story->answer("case.refine-goal", words) == "child-goal-needs-child");
    CHECK(story->answer("case.refine-goal", with(words, {{"changedWithChild", true}})) == "ok");
    CHECK(story->answer("case.refine-goal", words, as_child()) == "ok");
    for (const char* command : {"case.achieve-goal", "case.abandon-goal"}) {
        const json end = with(goal_id, {{"reason", "x"}});
        CHECK(story->answer(command, end) == "child-goal-needs-child");
        CHECK(story->answer(command, with(end, {{"changedWithChild", true}})) == "ok");
        CHECK(story->answer(command, end, as_child()) == "ok");
    }
}

SCENARIO("A team agrees on goals after the child has taken part", "[core][case][goal]") {
    auto story = opened_case(1);
    story->has("case.set-goal", goal("family"));
    CHECK(story->answer("case.agree-goal", goal_id) == "participation-required");
    story->has("case.record-participation", with(participation(1), {{"context", "goals"}}));
    CHECK(story->answer("case.agree-goal", goal_id) == "ok");
    auto nobody = opened_case(0);
    nobody->has("case.set-goal", goal("service"));
    CHECK(nobody->answer("case.agree-goal", goal_id) == "ok");
}

SCENARIO("A need is closed once", "[core][case][goal]") {
    auto story = opened_case(1);
    const json closing = {{"needId", id('n', 1)}, {"outcome", "met"}};
    CHECK(story->answer("case.close-need", closing) == "need-unknown");
    story->has("case.record-need", need).has("case.close-need", closing);
    CHECK(story->answer("case.close-need", closing) == "need-not-open");
}
