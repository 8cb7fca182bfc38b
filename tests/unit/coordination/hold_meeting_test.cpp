#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::test;

using Codes = std::vector<std::string>;

namespace {

const std::string meeting = uuid(21);

CaseStory& with_meeting(CaseStory& story) {
    story.must(
        "plan-meeting", {{"meetingId", meeting},
                         {"kind", "collaboration"},
                         {"title", "Samarbeid"},
                         {"startsAt", "2027-03-09T09:00:00Z"},
                         {"endsAt", "2027-03-09T10:00:00Z"}}
    );
    return story;
}

json held(const json& participation, const json& child = nullptr) {
    json attendance = json::array({{{"party", staff_party(ada, school)}, {"present", true}}});
    if (!child.is_null()) {
        attendance.push_back(child);
    }
    return {{"meetingId", meeting}, {"attendance", attendance}, {"participation", participation}};
}

const json child_there{{"party", person_party(lo, "child")}, {"present", true}};
const json child_away{
    {"party", person_party(lo, "child")}, {"present", false}, {"reason", "Skole"}
};
const json follow_up{
    {"taskId", uuid(241)},
    {"title", "Snakke med Lo"},
    {"responsible", staff_party(ada, school)},
    {"dueOn", "2027-03-20"}
};

}  // namespace

SCENARIO("A meeting is held only with a participation record", "[coordination][meeting][child]") {
    CaseStory story;
    with_meeting(story);
    THEN("a child that was there took part") {
        CHECK(story.codes("hold-meeting", held({{"code", "1.1"}, {"view", "Bra"}}, child_there))
                  .empty());
        CHECK(story.entity("meetings", meeting)["participation"]["code"] == "1.1");
        CHECK(story.entity("meetings", meeting)["state"] == "held");
    }
    THEN("of a child that was away, it is told how its view came in") {
        CHECK(
            story.codes("hold-meeting", held({{"code", "1.2"}}, child_away)) ==
            Codes{"child-view-source-missing"}
        );
        CHECK(story
                  .codes(
                      "hold-meeting",
                      held({{"code", "1.2"}, {"broughtInBy", "Tillitsperson"}}, child_away)
                  )
                  .empty());
    }
    THEN("a child that was not given the chance needs a reason and somebody who will hear it") {
        CHECK(
            story.codes("hold-meeting", held({{"code", "2.1"}})) ==
            Codes{"participation-reason-missing", "follow-up-task-missing"}
        );
        json data = held({{"code", "2.1"}, {"reason", "Ble ikke spurt"}});
        data["followUpTask"] = follow_up;
        const auto outcome = story.send("hold-meeting", data, story.as(ada, school));
        REQUIRE(outcome.events.size() == 2);
        CHECK(outcome.events[1].type == "coordination.task-created");
        CHECK(outcome.timers.size() == 1);
        CHECK(story.entity("tasks", uuid(241))["meetingId"] == meeting);
        CHECK(story.entity("waiting", uuid(241))["who"] == ada);
    }
    THEN("not applicable needs a reason, and not wanting to needs none") {
        CHECK(
            story.codes("hold-meeting", held({{"code", "not-applicable"}})) ==
            Codes{"participation-reason-missing"}
        );
        CHECK(story.codes("hold-meeting", held({{"code", "2.2"}})).empty());
    }
}

SCENARIO("A meeting is held once, by somebody, in the past", "[coordination][meeting]") {
    CaseStory story;
    with_meeting(story);
    const json fine = held({{"code", "2.2"}});
    THEN("nobody present is no meeting, and nobody is listed twice") {
        json nobody = fine;
        nobody["attendance"][0]["present"] = false;
        CHECK(story.codes("hold-meeting", nobody) == Codes{"attendance-empty"});
        json twice = fine;
        twice["attendance"].push_back(twice["attendance"][0]);
        CHECK(story.codes("hold-meeting", twice) == Codes{"listed-twice"});
    }
    THEN("it cannot have been held tomorrow, but three days ago") {
        auto sender = story.as(ada, school);
        sender.occurred_on = "2027-03-11";
        CHECK(story.codes("hold-meeting", fine, sender) == Codes{"occurred-in-future"});
        sender.occurred_on = "2027-03-07";
        CHECK(story.codes("hold-meeting", fine, sender).empty());
        CHECK(story.entity("meetings", meeting)["heldOn"] == "2027-03-07");
    }
    THEN("unanswered invitations wait no longer") {
        story.must(
            "invite-to-meeting",
            {{"meetingId", meeting},
             {"invitations",
              json::array({{{"invitationId", uuid(281)}, {"invitee", staff_party(odd, health)}}})}}
        );
        CHECK(story.documents("waiting").size() == 2);  // The one invited, and the planner.
        story.must("hold-meeting", fine);
        CHECK(story.documents("waiting").empty());
    }
    THEN("every reason comes at once") {
        json bad = held({{"code", "2.1"}});
        bad["attendance"][0]["present"] = false;
        bad["meetingId"] = uuid(99);
        CHECK(
            story.codes("hold-meeting", bad) ==
            Codes{
                "meeting-unknown", "attendance-empty", "participation-reason-missing",
                "follow-up-task-missing"
            }
        );
    }
    THEN("decisions belong to a meeting that was held, each once") {
        const json decision{
            {"meetingId", meeting}, {"decisionId", uuid(291)}, {"text", "Fast kontakt"}
        };
        CHECK(story.codes("record-decision", decision) == Codes{"meeting-not-held"});
        story.must("hold-meeting", fine);
        CHECK(story.codes("hold-meeting", fine) == Codes{"meeting-not-planned"});
        CHECK(story.codes("record-decision", decision).empty());
        CHECK(story.codes("record-decision", decision) == Codes{"id-in-use"});
        CHECK(story.entity("meetings", meeting)["decisions"].size() == 1);
    }
}
