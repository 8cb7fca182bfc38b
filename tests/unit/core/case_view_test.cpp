#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

json entity_view(const char* view, const CaseStory& story, const std::string& entity) {
    std::vector<TestEvent> about;
    for (const TestEvent& one : story.history()) {
        if (one.entity == entity) {
            about.push_back(one);
        }
    }
    return case_module().project(view, "case/x#" + entity, about, nullptr, "case");
}

const json joining = {{"participantId", id('t', 1)}, {"staffId", odd}, {"unitId", health_station}};
const json invitation = {
    {"participantId", id('t', 1)}, {"role", "helsesykepleier"},  {"staffId", odd},
    {"unitId", health_station},    {"topics", {"coordination"}}, {"respondBy", "2026-09-10"}
};

}  // namespace

SCENARIO("The overview shows who, what and when", "[core][case][view]") {
    auto story = opened_case(2);
    story->has(
        "case.set-goal",
        {{"goalId", id('g', 1)}, {"owner", "family"}, {"text", "x"}, {"evaluateOn", "2026-12-01"}}
    );
    story->has("case.invite-participant", invitation);
    story->has("case.offer-handover", offer_to_odd());
    story->happened(event(
        "coordination.task-created", {{"title", "Ring mor"}, {"dueOn", "2026-09-03"}}, id('o', 1)
    ));
    story->happened(event(
        "coordination.meeting-planned", {{"title", "Møte"}, {"startsAt", "2026-10-01T10:00:00Z"}},
        id('o', 2)
    ));
    json overview = story->view("case.overview");
    CHECK(overview["phase"] == "open");
    CHECK(overview["level"] == 2);
    CHECK(overview["coordinator"]["staffId"] == ada);
    CHECK(overview["team"].size() == 1);
    CHECK(overview["permissions"].size() == 1);
    CHECK(overview["counts"]["goalsOpen"] == 1);
    CHECK(overview["counts"]["tasksOpen"] == 1);
    CHECK(
        overview["warnings"] ==
        json{"handover-pending", "no-participation-record", "no-goal-of-the-child"}
    );
    std::string next;
    for (const json& thing : overview["next"]) {
        next += thing["kind"].get<std::string>() + " ";
    }
    CHECK(next == "task handover-answer meeting goal-evaluation ");

    WHEN("time and people move on") {
        story->happened(event("coordination.task-overdue", json::object(), id('o', 1)));
        story->has("case.escalate-handover", {{"handoverId", id('h', 1)}}, as_timer());
        story->has("case.withdraw-consent", {{"consentId", id('c', 90)}});
        overview = story->view("case.overview");
        CHECK(overview["counts"]["tasksOverdue"] == 1);
        CHECK(
            overview["warnings"] ==
            json{
                "no-basis", "handover-escalated", "no-participation-record", "no-goal-of-the-child",
                "overdue-tasks"
            }
        );
        story->happened(
            event("coordination.task-rescheduled", {{"dueOn", "2026-11-01"}}, id('o', 1))
        );
        story->has("case.accept-handover", answer_of_odd(), as_odd());
        story->happened(event("coordination.meeting-held", json::object(), id('o', 2)));
        overview = story->view("case.overview");
        CHECK(overview["counts"]["tasksOverdue"] == 0);
        CHECK(overview["coordinator"]["staffId"] == odd);
        CHECK(overview["handover"].is_null());
        CHECK(overview["next"].size() == 2);
        CHECK(overview["next"][0]["dueOn"] == "2026-11-01");
    }
}

SCENARIO("Waiting items and the queue hold exactly what is unanswered", "[core][case][view]") {
    auto story = opened_case(1);
    story->has("case.invite-participant", invitation);
    story->has("case.offer-handover", offer_to_odd());
    const json asked = entity_view("case.waiting", *story, id('t', 1));
    CHECK(asked["who"] == odd);
    CHECK(asked["unitId"] == health_station);
    CHECK(asked["dueOn"] == "2026-09-10");
    CHECK(asked["kind"] == "invitation");
    CHECK(asked["title"] == "invitation");
    CHECK(asked["target"]["entity"] == id('t', 1));
    const json offered = entity_view("case.waiting", *story, id('h', 1));
    CHECK(offered["who"] == odd);
    CHECK(offered["dueOn"] == "2026-09-08");
    CHECK(offered["caseId"] == testing::default_stream_id);
    CHECK(entity_view("case.handover-queue", *story, id('h', 1))["state"] == "offered");
    CHECK(entity_view("case.handover-queue", *story, id('h', 1))["fromId"] == ada);

    story->has("case.escalate-handover", {{"handoverId", id('h', 1)}}, as_timer());
    CHECK(entity_view("case.handover-queue", *story, id('h', 1))["escalatedTo"] == "leader");
    const json lifted = entity_view("case.waiting", *story, id('h', 1));
    CHECK(lifted["who"] == geir);
    CHECK(lifted["unitId"] == health_station);
    CHECK(lifted["kind"] == "handover-escalated");
    CHECK(lifted["dueOn"] == "2026-09-08");

    story->has("case.accept-handover", answer_of_odd(), as_odd());
    story->has("case.accept-invitation", joining, as_odd());
    CHECK(entity_view("case.waiting", *story, id('h', 1)).is_null());
    CHECK(entity_view("case.waiting", *story, id('t', 1)).is_null());
    CHECK(entity_view("case.handover-queue", *story, id('h', 1)).is_null());
}

SCENARIO("Whose cases they are follows coordinator, team and level", "[core][case][view]") {
    auto story = opened_case(2);
    const auto mine = [&] { return story->view("case.my-cases"); };
    CHECK(mine()["coordinatorId"] == ada);
    CHECK(mine()["staffIds"] == json{ada});
    CHECK(mine()["unitIds"] == json{school});
    CHECK(mine()["personId"] == lo);
    story->has("case.invite-participant", invitation);
    CHECK(mine()["staffIds"] == json{ada});
    story->has("case.accept-invitation", joining, as_odd());
    CHECK(mine()["unitIds"] == json{school, health_station});
    story->has("case.end-participation", {{"participantId", id('t', 1)}, {"reason", "x"}});
    CHECK(mine()["staffIds"] == json{ada});
    story->has(
        "case.set-level", {{"level", 0},
                           {"reason", "x"},
                           {"participation", participation(1)},
                           {"concernOwnerId", odd},
                           {"concernUnitId", health_station}}
    );
    CHECK(mine()["coordinatorId"].is_null());
    CHECK(mine()["concernOwnerId"] == odd);
    CHECK(mine()["level"] == 0);
    story->has(
        "case.close-case", {{"reason", "x"}, {"outcome", "not-needed"}, {"closingTalkReason", "x"}}
    );
    CHECK(mine()["phase"] == "closed");
    CHECK(mine()["closedOn"] == "2026-09-01");
}

SCENARIO("The timeline takes every event of a case, whoever's it is", "[core][case][view]") {
    TestEvent activity = event(
        "coordination.activity-recorded", {{"unitId", school}, {"summary", "Ringte mor"}},
        id('o', 1)
    );
    activity.occurred_on = "2010-10-02T23:30:00.5+02:00";
    const json entry = case_module().project("case.timeline", "event", {activity}, nullptr, "case");
    CHECK(entry["type"] == "coordination.activity-recorded");
    CHECK(entry["module"] == "coordination");
    CHECK(entry["occurredOn"] == "2010-10-02T21:30:00.500000Z");
    CHECK(entry["unitId"] == school);
    CHECK(entry["entity"] == id('o', 1));
    CHECK(entry["caseId"] == testing::default_stream_id);
    CHECK(entry["data"]["summary"] == "Ringte mor");
    const json removed = case_module().project(
        "case.timeline", "event", {testing::withheld(activity)}, nullptr, "case"
    );
    CHECK(removed["data"].is_null());
    CHECK(removed["unitId"].is_null());
}

SCENARIO("What was shared with some stays out of the timeline", "[core][case][view]") {
    const auto entry_of = [](const json& audience) {
        const TestEvent posted = event(
            "coordination.message-posted", {{"text", "Ring meg"}, {"audience", audience}},
            id('o', 1)
        );
        return case_module().project("case.timeline", "event", {posted}, nullptr, "case");
    };
    const json restricted = entry_of(json::array({odd}));
    CHECK(restricted["type"] == "coordination.message-posted");
    CHECK(restricted["data"].is_null());
    CHECK(restricted["restricted"] == true);
    const json open = entry_of(json::array());
    CHECK(open["data"]["text"] == "Ring meg");
    CHECK_FALSE(open.contains("restricted"));
}

SCENARIO("Team and plan board follow the case", "[core][case][view]") {
    auto story = opened_case(1);
    story->has("case.invite-participant", invitation)
        .has("case.accept-invitation", joining, as_odd());
    story->has(
        "case.add-guest", {{"guestId", id('q', 1)}, {"relation", "trener"}, {"forWhat", "Møte."}}
    );
    json team = story->view("case.team");
    CHECK(team["participants"][0]["state"] == "active");
    CHECK(team["guests"].size() == 1);
    CHECK(team["staffIds"] == json{ada, odd});
    story->has("case.end-participation", {{"participantId", id('t', 1)}, {"reason", "x"}});
    team = story->view("case.team");
    CHECK(team["participants"][0]["state"] == "ended");
    CHECK(team["staffIds"] == json{ada});

    story->has(
        "case.record-need", {{"needId", id('n', 1)}, {"lifeArea", "leisure"}, {"description", "x"}}
    );
    story->has(
        "case.set-goal",
        {{"goalId", id('g', 1)}, {"owner", "child"}, {"text", "Venner"}, {"needId", id('n', 1)}}
    );
    story->has(
        "case.rate-goal-progress",
        {{"goalId", id('g', 1)}, {"rating", "improving"}, {"ratedBy", "child"}}
    );
    story->has(
        "case.propose-measure",
        {{"measureId", id('x', 1)}, {"title", "Lekegruppe"}, {"unitId", school}}
    );
    story->has(
             "case.offer-measure", {{"measureId", id('x', 1)}}
    ).has("case.accept-measure", {{"measureId", id('x', 1)}});
    story->has("case.start-measure", {{"measureId", id('x', 1)}});
    story->has("case.record-no-show", {{"measureId", id('x', 1)}, {"by", "service"}});
    story->happened(event("coordination.task-created", {{"title", "Ring"}}, id('o', 1)));
    const json board = story->view("case.plan-board");
    CHECK(board["needs"][0]["state"] == "open");
    CHECK(board["goals"][0]["lastRating"]["rating"] == "improving");
    CHECK(board["measures"][0]["state"] == "started");
    CHECK(board["measures"][0]["offeredOn"] == "2026-09-01");
    CHECK(board["measures"][0]["noShows"] == 1);
    CHECK(board["tasks"][0]["title"] == "Ring");
}
