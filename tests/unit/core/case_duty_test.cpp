#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

const std::string case_id = testing::default_stream_id;

Sender as_reaction() {
    Sender sender = staff("", {"system:reaction"}, "");
    sender.actor = "system/case";
    return sender;
}

TestEvent role_of(const std::string& unit_id, unsigned number) {
    return event(
        "organisation.staff-role-assigned", {{"role", "coordinator"}, {"unitId", unit_id}},
        id('a', number)
    );
}
TestEvent end_of(unsigned number) {
    return event("organisation.staff-role-ended", {{"reason", "Sluttet."}}, id('a', number));
}
TestEvent duty(unsigned number, const std::string& unit_id) {
    return event(
        "case.duty-taken", {{"caseId", id('k', number)}, {"unitId", unit_id}}, id('k', number)
    );
}

Outcome decided(
    const std::vector<TestEvent>& history, const char* command, const json& data = json::object()
) {
    TestStream stream(case_module(), "staff", ada);
    stream.add(event("organisation.staff-registered"));
    for (const TestEvent& one : history) {
        stream.add(one);
    }
    return stream.send(command, data, as_reaction());
}

// "command kind/id data" of all that is sent.
std::vector<std::string> reactions(const TestEvent& event, const char* kind = "case") {
    std::vector<std::string> out;
    for (const testing::TestCommand& one : case_module().react(event, kind)) {
        out.push_back(one.command + " " + one.stream_kind + "/" + one.stream_id);
    }
    return out;
}

}  // namespace

SCENARIO("What a staff member coordinates is listed with them", "[core][case][duty]") {
    const json here = {{"caseId", id('k', 1)}, {"unitId", school}};
    CHECK(decided({}, "case.note-duty", here).events.at(0).type == "case.duty-taken");
    CHECK(decided({duty(1, school)}, "case.note-duty", here).events.empty());
    CHECK(decided({duty(1, health_station)}, "case.note-duty", here).events.size() == 1);
    const json dropped = {{"caseId", id('k', 1)}};
    CHECK(decided({duty(1, school)}, "case.drop-duty", dropped).events.size() == 1);
    CHECK(decided({}, "case.drop-duty", dropped).events.empty());
    const json listed = case_module().project(
        "case.duties", "staff/" + ada,
        {duty(1, school), duty(2, school), duty(3, school),
         event("case.duty-dropped", dropped, id('k', 1)),
         event("case.duty-returned", {{"caseId", id('k', 2)}, {"unitId", school}}, id('k', 2))},
        nullptr, "staff"
    );
    REQUIRE(listed["cases"].size() == 1);
    CHECK(listed["cases"][0]["caseId"] == id('k', 3));
    REQUIRE(listed["returned"].size() == 1);
    CHECK(listed["returned"][0]["caseId"] == id('k', 2));
}

SCENARIO("Duties are returned by whoever has left the unit", "[core][case][duty]") {
    const std::vector<TestEvent> duties{
        role_of(school, 1), role_of(health_station, 2), duty(1, school), duty(2, health_station)
    };
    const auto returned = [&](std::vector<TestEvent> more) {
        std::vector<TestEvent> history = duties;
        history.insert(history.end(), more.begin(), more.end());
        std::vector<std::string> out;
        for (const TestEvent& one : decided(history, "case.return-duties").events) {
            out.push_back(one.entity);
        }
        return out;
    };
    using Ids = std::vector<std::string>;
    CHECK(returned({}).empty());
    CHECK(returned({end_of(1)}) == Ids{id('k', 1)});
    CHECK(returned({role_of(school, 3), end_of(1)}).empty());
    CHECK(returned({end_of(1), end_of(2)}) == Ids{id('k', 1), id('k', 2)});
    TestEvent later = end_of(1);
    later.data["endsOn"] = "2026-09-30";
    CHECK(returned({later}).empty());
}

SCENARIO("Reactions keep the lists and pass returned duties on", "[core][case][duty]") {
    auto story = opened_case(1);
    CHECK(
        reactions(story->history().back()) ==
        std::vector<std::string>{"case.note-duty staff/" + ada}
    );
    story->has("case.offer-handover", offer_to_odd());
    CHECK(reactions(story->history().back()).empty());
    story->has("case.accept-handover", answer_of_odd(), as_odd());
    CHECK(
        reactions(story->history().back()) ==
        std::vector<std::string>{"case.note-duty staff/" + odd, "case.drop-duty staff/" + ada}
    );
    CHECK(reactions(opened_case(0)->history().back()).empty());
    for (const char* over : {"organisation.staff-role-ended", "organisation.staff-role-lapsed"}) {
        CHECK(
            reactions(event(over, {{"reason", "x"}}, id('a', 1)), "staff") ==
            std::vector<std::string>{"case.return-duties staff/" + case_id}
        );
    }
    CHECK(
        reactions(event("case.duty-returned", {{"unitId", school}}, id('k', 1)), "staff") ==
        std::vector<std::string>{"case.report-coordinator-left case/" + id('k', 1)}
    );
    const json left = {{"staffId", ada}, {"unitId", school}};
    CHECK(reactions(event("case.coordinator-left", left)).empty());
    CHECK(
        reactions(event("case.coordinator-left", with(left, {{"leaderId", geir}}))) ==
        std::vector<std::string>{"case.take-over-coordination case/" + case_id}
    );
}

SCENARIO("The leader coordinates when the coordinator has left", "[core][case][duty]") {
    auto story = opened_case(1);
    const json left = {{"staffId", ada}, {"unitId", school}};
    const json taking = {
        {"replacesId", ada}, {"coordinatorId", geir}, {"coordinatorUnitId", school}
    };
    const auto kind = [&] { return story->view("case.attention")["kind"]; };
    const auto reported = [&](const json& data, const Sender& sender = as_reaction()) {
        return story->tried("case.report-coordinator-left", data, sender).events;
    };
    CHECK(reported(with(left, {{"staffId", odd}})).empty());
    CHECK(reported(left).at(0).data["leaderId"] == geir);
    // The leader is the one who left: nobody is named, and the unit sees it.
    CHECK_FALSE(reported(left, seeing(as_reaction(), "unit", open_unit(ada)))
                    .at(0)
                    .data.contains("leaderId"));
    story->has("case.report-coordinator-left", left, as_reaction());
    const json waits = story->view("case.attention");
    CHECK(waits["kind"] == "coordinator-left");
    CHECK(waits["who"] == geir);
    CHECK(waits["unitId"] == school);
    CHECK(story->view("case.overview")["warnings"][0] == "coordinator-left");

    CHECK(
        story->answer(
            "case.take-over-coordination", taking,
            seeing(as_reaction(), "coordinator", departed_staff())
        ) == "leader-left staff-inactive"
    );
    CHECK(
        story->answer(
            "case.take-over-coordination", with(taking, {{"replacesId", odd}}), as_reaction()
        ) == "nothing"
    );
    const Outcome taken = story->send("case.take-over-coordination", taking, as_reaction());
    CHECK(taken.events.at(0).data["reasonCode"] == "coordinator-left");
    CHECK(story->state()["coordinator"]["staff_id"] == geir);
    THEN("it waits for the leader until they have acted in the case") {
        CHECK(kind() == "coordinator-left");
        Sender leader = as_geir();
        leader.unit = school;
        story->has(
            "case.record-need",
            {{"needId", id('n', 1)}, {"lifeArea", "leisure"}, {"description", "x"}}, leader
        );
        CHECK(kind() == "none");
    }
    THEN("a decision that names somebody ends it, too") {
        story->has(
            "case.appoint-coordinator",
            {{"coordinatorId", odd},
             {"coordinatorUnitId", health_station},
             {"reason", "x"},
             {"replacesId", geir}},
            seeing(as_division_head(), "replaced", departed_staff())
        );
        CHECK(kind() == "none");
    }
}
