#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

const json closing = {{"reason", "Målene er nådd."}, {"outcome", "goals-met"}};
const json talk = {{"heldOn", "2026-09-01"}, {"with", {"child"}}};

}  // namespace

SCENARIO("Closing says all that is missing at once", "[core][case][closing]") {
    auto story = opened_case(1);
    story->has("case.set-goal", {{"goalId", id('g', 1)}, {"owner", "child"}, {"text", "Venner."}});
    story->has(
        "case.propose-measure",
        {{"measureId", id('x', 1)}, {"title", "Lekegruppe"}, {"unitId", school}}
    );
    story->has("case.offer-handover", offer_to_odd());
    story->happened(event("coordination.task-created", {{"title", "Ring mor"}}, id('o', 1)));
    CHECK(
        story->answer("case.close-case", closing) ==
        "closing-talk-missing goals-not-evaluated handover-open open-measures open-tasks"
    );
    const Outcome refused = story->tried("case.close-case", closing);
    for (const auto& rejection : refused.rejections) {
        if (rejection.code == "case.open-measures") {
            CHECK(rejection.field == "/openMeasuresReason");
            CHECK(rejection.params == json{{"ids", {id('x', 1)}}, {"count", 1}});
        }
    }
    THEN("a reason stands in for each, but not for an open handover") {
        json reasoned = closing;
        for (const char* reason :
             {"openMeasuresReason", "goalsReason", "openTasksReason", "closingTalkReason"}) {
            reasoned[reason] = "Følges opp av skolen.";
        }
        CHECK(story->answer("case.close-case", reasoned) == "handover-open");
        story->has("case.withdraw-handover", {{"handoverId", id('h', 1)}});
        CHECK(story->answer("case.close-case", reasoned) == "ok");
    }
    THEN("so does doing it") {
        story->has("case.withdraw-handover", {{"handoverId", id('h', 1)}});
        story->has(
            "case.rate-goal-progress",
            {{"goalId", id('g', 1)}, {"rating", "achieved"}, {"ratedBy", "child"}}
        );
        story->has("case.end-measure", {{"measureId", id('x', 1)}, {"reason", "x"}});
        story->happened(event("coordination.task-completed", json::object(), id('o', 1)));
        CHECK(
            story->answer("case.record-closing-talk", with(talk, {{"heldOn", "2026-09-02"}})) ==
            "date-in-future"
        );
        CHECK(story->answer("case.close-case", closing) == "closing-talk-missing");
        story->has("case.record-closing-talk", talk);
        CHECK(story->answer("case.close-case", closing) == "ok");
    }
}

SCENARIO("Below level 1 a case closes without a talk", "[core][case][closing]") {
    CHECK(opened_case(0)->answer("case.close-case", closing) == "ok");
    CaseStory concern;
    concern.has(
        "case.raise-concern",
        {{"description", "x"}, {"concernOwnerId", ada}, {"concernUnitId", school}}
    );
    CHECK(concern.answer("case.close-case", closing) == "ok");
    CHECK(CaseStory().answer("case.close-case", closing) == "closed");
}

SCENARIO("Closing ends invitations that wait", "[core][case][closing]") {
    auto story = opened_case(0);
    story->has(
        "case.invite-participant", {{"participantId", id('t', 1)},
                                    {"role", "lærer"},
                                    {"unitId", school},
                                    {"topics", {"coordination"}}}
    );
    CHECK(story->writes("case.close-case", closing) == "participation-ended case-closed");
}

SCENARIO("A closed case accepts only correction and reopening", "[core][case][closing]") {
    auto story = opened_case(1);
    story->has("case.set-goal", {{"goalId", id('g', 1)}, {"owner", "joint"}, {"text", "x"}});
    story->has(
        "case.close-case", with(closing, {{"goalsReason", "x"}, {"closingTalkReason", "x"}})
    );
    const json manifest = case_module().manifest();
    // Whatever a command says, a closed case refuses it: only these go through.
    const std::vector<std::string> allowed{
        "case.correct-record", "case.reopen-case", "case.withdraw-consent", "case.escalate-handover"
    };
    for (const json& command : manifest["commands"]) {
        const auto name = command["name"].get<std::string>();
        if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) {
            continue;
        }
        INFO(name);
        const Outcome outcome = story->tried(name, command["example"]);
        CHECK(outcome.status == SAMVEV_REJECTED);
    }
    CHECK(
        story->answer(
            "case.correct-record", {{"eventId", id('e', 1)}, {"correction", "x"}, {"reason", "x"}}
        ) == "ok"
    );
}

SCENARIO("A case is reopened with its coordinator", "[core][case][closing]") {
    const json reopening = {
        {"reason", "Nye behov."}, {"coordinatorId", odd}, {"coordinatorUnitId", health_station}
    };
    auto story = opened_case(1);
    CHECK(story->answer("case.reopen-case", reopening) == "not-closed");
    story->has("case.close-case", with(closing, {{"closingTalkReason", "x"}}));
    CHECK(
        story->answer("case.reopen-case", {{"reason", "x"}}) ==
        "coordinator-required coordinator-required"
    );
    CHECK(
        story->answer(
            "case.reopen-case", reopening, seeing(as_ada(), "coordinator", departed_staff())
        ) == "staff-inactive"
    );
    CHECK(
        story->answer("case.reopen-case", reopening, seeing(as_ada(), "unit", closed_unit())) ==
        "unit-not-open"
    );
    const Outcome reopened = story->send("case.reopen-case", reopening);
    CHECK(reopened.claimed == std::vector<std::pair<std::string, std::string>>{{"case.open", lo}});
    CHECK(story->state()["coordinator"]["staff_id"] == odd);
    CHECK(story->answer("case.close-case", closing) == "closing-talk-missing");
    auto small = opened_case(0);
    small->has("case.close-case", closing);
    CHECK(small->answer("case.reopen-case", {{"reason", "x"}}) == "ok");
}
