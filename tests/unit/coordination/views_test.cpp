#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::test;

namespace {

// A little of everything.
CaseStory& told(CaseStory& story) {
    story.must(
        "plan-meeting", {{"meetingId", uuid(1)},
                         {"kind", "family"},
                         {"title", "Hjemme"},
                         {"startsAt", "2027-03-09T09:00:00Z"},
                         {"endsAt", "2027-03-09T10:00:00Z"}}
    );
    story.must(
        "invite-to-meeting",
        {{"meetingId", uuid(1)},
         {"invitations",
          json::array({{{"invitationId", uuid(2)}, {"invitee", staff_party(odd, health)}}})}}
    );
    story.must(
        "add-child-agenda-item", {{"meetingId", uuid(1)}, {"itemId", uuid(3)}, {"words", "Hund"}}
    );
    story.must(
        "hold-meeting",
        {{"meetingId", uuid(1)},
         {"attendance", json::array({{{"party", staff_party(ada, school)}, {"present", true}}})},
         {"participation", {{"code", "2.2"}}}}
    );
    story.must(
        "record-decision", {{"meetingId", uuid(1)}, {"decisionId", uuid(4)}, {"text", "Ja"}}
    );
    story.must("draft-minutes", {{"meetingId", uuid(1)}, {"draftId", uuid(5)}});
    story.must(
        "share-minutes",
        {{"meetingId", uuid(1)},
         {"minutesId", uuid(6)},
         {"readers", json::array({staff_party(ada, school)})},
         {"sections", json::array({{{"heading", "H"}, {"text", "T"}, {"topic", "coordination"}}})}}
    );
    story.must("confirm-read", {{"meetingId", uuid(1)}, {"minutesId", uuid(6)}, {"version", 1}});
    story.must(
        "create-task", {{"taskId", uuid(7)},
                        {"title", "T"},
                        {"responsible", staff_party(ada, school)},
                        {"dueOn", "2027-03-20"}}
    );
    story.must("reschedule-task", {{"taskId", uuid(7)}, {"dueOn", "2027-03-22"}, {"reason", "R"}});
    story.must("complete-task", {{"taskId", uuid(7)}});
    story.must(
        "start-thread", {{"threadId", uuid(8)},
                         {"title", "T"},
                         {"participants", json::array({staff_party(odd, health)})}}
    );
    story.must("post-message", {{"threadId", uuid(8)}, {"messageId", uuid(9)}, {"text", "Hei"}});
    story.must(
        "wait-for", {{"threadId", uuid(8)},
                     {"waitId", uuid(10)},
                     {"party", staff_party(odd, health)},
                     {"what", "Svar"}}
    );
    story.must("close-thread", {{"threadId", uuid(8)}});
    story.must(
        "record-activity",
        {{"activityId", uuid(11)}, {"name", "Samtale"}, {"unitId", school}, {"staffId", ada}}
    );
    return story;
}

}  // namespace

TEST_CASE(
    "Every view and the state accept every event after its payload is removed",
    "[coordination][views]"
) {
    CaseStory story;
    told(story);
    const auto events = story.history();
    for (std::size_t removed = 0; removed < events.size(); ++removed) {
        CAPTURE(events[removed].type);
        testing::TestStream stream(story.module, "case");
        for (std::size_t i = 0; i < events.size(); ++i) {
            CHECK_NOTHROW(stream.add(i == removed ? testing::withheld(events[i]) : events[i]));
        }
        CHECK_NOTHROW(stream.check_refold());
        for (const json& view : story.module.manifest()["views"]) {
            const std::string id = view["id"];
            const std::string key = "case/" + story.stream().id() + "#" + events[removed].entity;
            CAPTURE(id);
            std::vector<testing::TestEvent> folded;
            for (std::size_t i = 0; i < events.size(); ++i) {
                const bool on = std::find(view["on"].begin(), view["on"].end(), events[i].type) !=
                                view["on"].end();
                if (on && events[i].entity == events[removed].entity) {
                    folded.push_back(i == removed ? testing::withheld(events[i]) : events[i]);
                }
            }
            if (view["key"] == "stream" || view["key"] == "entity") {
                CHECK_NOTHROW(story.module.project(id, key, folded, nullptr, "case"));
            }
        }
    }
}

TEST_CASE("Documents have what their schemas and interfaces require", "[coordination][views]") {
    CaseStory story;
    told(story);
    story.must(
        "create-task", {{"taskId", uuid(20)},
                        {"title", "T"},
                        {"responsible", staff_party(ada, school)},
                        {"dueOn", "2027-03-20"}}
    );
    for (const json& view : story.module.manifest()["views"]) {
        const std::string id = view["id"];
        CAPTURE(id);
        const auto documents = story.documents(id.substr(id.find('.') + 1));
        if (id != "coordination.handover-of-work") {
            CHECK_FALSE(documents.empty());
        }
        for (const auto& [key, document] : documents) {
            for (const json& member : view["schema"].value("required", json::array())) {
                CHECK(document.contains(member.get<std::string>()));
            }
            for (const json& index : view.value("indexes", json::array())) {
                for (const json& field : index["fields"]) {
                    CHECK(document.contains(json::json_pointer(field.get<std::string>())));
                }
            }
        }
    }
}

TEST_CASE("A meeting, a task and a thread may have the same id", "[coordination]") {
    CaseStory story;
    story.must(
        "plan-meeting", {{"meetingId", uuid(1)},
                         {"kind", "family"},
                         {"title", "M"},
                         {"startsAt", "2027-03-09T09:00:00Z"},
                         {"endsAt", "2027-03-09T10:00:00Z"}}
    );
    story.must(
        "create-task", {{"taskId", uuid(1)},
                        {"title", "T"},
                        {"responsible", staff_party(ada, school)},
                        {"dueOn", "2027-03-20"}}
    );
    story.must(
        "start-thread", {{"threadId", uuid(1)},
                         {"title", "S"},
                         {"participants", json::array({staff_party(odd, health)})}}
    );
    CHECK(story.codes("cancel-meeting", {{"meetingId", uuid(1)}, {"reason", "R"}}).empty());
    CHECK(story.entity("tasks", uuid(1))["state"] == "open");
    CHECK(story.entity("threads", uuid(1))["state"] == "open");
}
