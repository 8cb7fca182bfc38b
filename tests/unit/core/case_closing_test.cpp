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

SCENARIO("Closing ends every part in the case", "[core][case][closing]") {
    auto story = opened_case(1);
    story->has(
        "case.invite-participant", {{"participantId", id('t', 1)},
                                    {"role", "lærer"},
                                    {"staffId", odd},
                                    {"unitId", health_station},
                                    {"topics", {"coordination"}}}
    );
    story->has(
        "case.accept-invitation",
        {{"participantId", id('t', 1)}, {"staffId", odd}, {"unitId", health_station}}, as_odd()
    );
    const Outcome closed =
        story->send("case.close-case", with(closing, {{"closingTalkReason", "x"}}));
    REQUIRE(closed.events.size() == 2);
    CHECK(closed.events[0].type == "case.participation-ended");
    CHECK(closed.events[0].data["reasonCode"] == "case-closed");
    CHECK_FALSE(closed.events[0].data.contains("reason"));
    CHECK(story->state()["participants"][id('t', 1)]["phase"] == "ended");

    // A case that was closed before this rule: a part that was forgotten can still be ended.
    auto old = opened_case(0);
    old->has(
        "case.invite-participant", {{"participantId", id('t', 1)},
                                    {"role", "lærer"},
                                    {"unitId", school},
                                    {"topics", {"coordination"}}}
    );
    old->happened(event("case.case-closed", {{"reason", "x"}, {"outcome", "not-needed"}}));
    CHECK(
        old->answer("case.end-participation", {{"participantId", id('t', 1)}, {"reason", "x"}}) ==
        "ok"
    );
}

SCENARIO("The closing talk is with the child or the family", "[core][case][closing]") {
    auto story = opened_case(1);
    story->has("case.record-closing-talk", with(talk, {{"with", {"trusted-person"}}}));
    CHECK(story->answer("case.close-case", closing) == "closing-talk-missing");
    story->has("case.record-closing-talk", with(talk, {{"with", {"trusted-person", "guardian"}}}));
    CHECK(story->answer("case.close-case", closing) == "ok");
    story->has("case.record-closing-talk", with(talk, {{"with", {"trusted-person"}}}));
    CHECK(story->answer("case.close-case", closing) == "ok");
}

SCENARIO(
    "Who has been worked with is met before closing, also at level 0", "[core][case][closing]"
) {
    auto story = opened_case(1);
    story->has(
        "case.set-level", {{"level", 0},
                           {"reason", "x"},
                           {"participation", participation(1)},
                           {"concernOwnerId", ada},
                           {"concernUnitId", school}}
    );
    CHECK(story->answer("case.close-case", closing) == "closing-talk-missing");
    story->has("case.record-closing-talk", talk);
    CHECK(story->answer("case.close-case", closing) == "ok");
}

SCENARIO("A case is reopened on a basis that stands today", "[core][case][closing]") {
    auto story = opened_case(2);
    story->has("case.withdraw-consent", {{"consentId", id('c', 90)}});
    story->has("case.close-case", with(closing, {{"closingTalkReason", "x"}}));
    const json reopening = {
        {"reason", "Nye behov."}, {"coordinatorId", ada}, {"coordinatorUnitId", school}
    };
    CHECK(story->answer("case.reopen-case", reopening) == "basis-required");
    const auto with_consent = [&](const json& more) {
        return with(reopening, {{"consent", with(consent(91), more)}});
    };
    CHECK(
        story->answer("case.reopen-case", with_consent({{"until", "2026-08-31"}})) ==
        "basis-required"
    );
    CHECK(
        story->answer("case.reopen-case", with_consent({{"consentId", id('c', 90)}})) == "id-in-use"
    );
    CHECK(
        story->writes("case.reopen-case", with_consent(json::object())) ==
        "case-reopened consent-granted"
    );
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
        "case.correct-record", "case.reopen-case", "case.withdraw-consent"
    };
    for (const json& command : manifest["commands"]) {
        const auto name = command["name"].get<std::string>();
        if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) {
            continue;
        }
        INFO(name);
        if (command["stream"] != "case") {
            continue;
        }
        if (command["roles"][0].get<std::string>().starts_with("system:")) {
            // The server's own commands come late now and then: they write nothing.
            CHECK(story->answer(name, command["example"], as_timer()) == "nothing");
            continue;
        }
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
    CHECK(
        small->answer("case.reopen-case", {{"reason", "x"}}) ==
        "concern-owner-required concern-owner-required"
    );
    const json owned = {
        {"reason", "x"}, {"concernOwnerId", odd}, {"concernUnitId", health_station}
    };
    CHECK(
        small->answer("case.reopen-case", owned, seeing(as_ada(), "owner", departed_staff())) ==
        "staff-inactive"
    );
    small->has("case.reopen-case", owned);
    CHECK(small->state()["concernOwner"]["staff_id"] == odd);
    CHECK(small->state()["decideBy"] == "2026-09-15");
}
