#include <catch2/catch.hpp>

#include "plan_story.hpp"

using namespace samvev;
using namespace samvev::test;

TEST_CASE(
    "The plan's document has every part and the interface's members", "[individual-plan][views]"
) {
    PlanStory story;
    story.activate();
    for (const json& view : story.module.manifest()["views"]) {
        const std::string id = view["id"];
        const json document = story.document(id.substr(id.find('.') + 1));
        CAPTURE(id, document.dump());
        for (const json& member : view["schema"]["required"]) {
            CHECK(document.contains(member.get<std::string>()));
        }
        for (const json& index : view["indexes"]) {
            for (const json& field : index["fields"]) {
                CHECK(document.contains(json::json_pointer(field.get<std::string>())));
            }
        }
    }
    const json shown = story.document("plan");
    CHECK(shown["phase"] == "active");
    CHECK(shown["contributions"].size() == 4);
    CHECK(shown["goalIds"] == json::array({uuid(130)}));
    CHECK(shown["versions"].size() == 1);
}

TEST_CASE("What waits follows the coordinator", "[individual-plan][views]") {
    PlanStory story;
    story.activate();
    CHECK(story.document("waiting")["who"] == liv);
    CHECK(story.document("waiting")["dueOn"] == "2027-07-11");
    story.fact(
        "handover-accepted",
        {{"handoverId", uuid(18)}, {"coordinatorId", uuid(77)}, {"coordinatorUnitId", school}}
    );
    CHECK(story.document("waiting")["who"] == uuid(77));
    CHECK(story.document("due")["unitId"] == school);
    CHECK(story.document("plan")["coordinatorId"] == uuid(77));
}

TEST_CASE(
    "Plan state and views accept every event after its payload is removed",
    "[individual-plan][views]"
) {
    PlanStory story;
    story.activate();
    const auto events = story.stream().history();
    for (std::size_t removed = 0; removed < events.size(); ++removed) {
        CAPTURE(events[removed].type);
        testing::TestStream stream(story.module, "case");
        std::vector<testing::TestEvent> told = events;
        told[removed] = testing::withheld(told[removed]);
        for (const testing::TestEvent& event : told) {
            CHECK_NOTHROW(stream.add(event));
        }
        CHECK_NOTHROW(stream.check_refold());
        for (const char* view : {"plan", "due", "waiting"}) {
            CHECK_NOTHROW(story.module.project(
                "individual-plan." + std::string(view), "case/x", told, nullptr, "case"
            ));
        }
    }
}
