#include <catch2/catch.hpp>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

const json concern = {
    {"description", "Ofte alene i friminuttene."},
    {"concernOwnerId", ada},
    {"concernUnitId", school}
};
const json next_owner = {
    {"concernOwnerId", odd}, {"concernUnitId", health_station}, {"reason", "Kjenner barnet."}
};

Sender at(Sender sender, Time now) {
    sender.now = now;
    return sender;
}

// "kind who unit due", as it waits in the case itself.
std::string waiting(const CaseStory& story) {
    const json item = story.view("case.attention");
    const auto text = [&](const char* name) {
        return item[name].is_string() ? item[name].get<std::string>() : std::string("-");
    };
    CHECK(item["title"] == item["kind"]);
    return text("kind") + " " + text("who") + " " + text("unitId") + " " + text("dueOn");
}

std::string item(
    const char* kind, const std::string& who, const std::string& unit, const char* due
) {
    return std::string(kind) + " " + who + " " + unit + " " + due;
}

const std::string nothing = "none - - -";

}  // namespace

SCENARIO("A concern waits for its owner to decide the level", "[core][case][attention]") {
    CaseStory story;
    const Outcome raised = story.send("case.raise-concern", concern);
    REQUIRE(raised.timers.size() == 1);
    CHECK(raised.timers[0].command == "case.remind-of-level");
    CHECK(raised.timers[0].due == oslo_midnight(parse_date("2026-09-16")));
    CHECK(waiting(story) == item("level-decision", ada, school, "2026-09-15"));
    const auto reminded = [&](Time now) {
        return story.answer("case.remind-of-level", raised.timers[0].data, at(as_timer(), now));
    };
    CHECK(reminded(noon(2026, 9, 15)) == "nothing");
    CHECK(reminded(noon(2026, 9, 16)) == "ok");

    WHEN("nobody decides in time") {
        story.has("case.remind-of-level", raised.timers[0].data, at(as_timer(), noon(2026, 9, 16)));
        THEN("it waits for the leader of the owner's unit") {
            CHECK(waiting(story) == item("level-overdue", geir, school, "2026-09-15"));
            CHECK(story.view("case.overview")["warnings"] == json{"level-overdue"});
        }
        THEN("a new owner has new time") {
            story.has("case.assign-concern-owner", next_owner, at(as_ada(), noon(2026, 9, 20)));
            CHECK(waiting(story) == item("level-decision", odd, health_station, "2026-10-04"));
        }
    }
    WHEN("another takes it over in time") {
        const Outcome assigned = story.send("case.assign-concern-owner", next_owner);
        THEN("the day stays, and the new owner's leader is the one to be told") {
            CHECK(assigned.events.at(0).data["previousOwnerId"] == ada);
            CHECK(assigned.timers.at(0).due == raised.timers[0].due);
            CHECK(assigned.timers.at(0).data["concernUnitId"] == health_station);
            CHECK(waiting(story) == item("level-decision", odd, health_station, "2026-09-15"));
            CHECK(story.view("case.my-cases")["concernOwnerId"] == odd);
            CHECK(story.view("case.overview")["concernOwner"]["staffId"] == odd);
        }
    }
    WHEN("the level is decided") {
        const Outcome opened = story.send("case.open-case", opening(1));
        CHECK(opened.cleared == std::vector<std::string>{"level-decision"});
        CHECK(waiting(story) == nothing);
        CHECK(reminded(noon(2026, 9, 16)) == "nothing");
    }
    WHEN("it is closed") {
        const Outcome closed =
            story.send("case.close-case", {{"reason", "x"}, {"outcome", "not-needed"}});
        CHECK(closed.cleared == std::vector<std::string>{"level-decision"});
        CHECK(waiting(story) == nothing);
    }
}

SCENARIO("A concern of the past has less time left", "[core][case][attention]") {
    CaseStory story;
    Sender late = as_ada();
    late.occurred_on = "2026-08-20";
    story.has("case.raise-concern", concern, late);
    CHECK(waiting(story) == item("level-decision", ada, school, "2026-09-03"));
    story.has("case.open-case", opening(0));
    CHECK(waiting(story) == item("level-decision", ada, school, "2026-09-03"));
}

SCENARIO("Only what nobody coordinates has a concern owner to change", "[core][case][attention]") {
    auto story = opened_case(0);
    CHECK(waiting(*story) == item("level-decision", ada, school, "2026-09-15"));
    const auto refused = [&](const json& data, const Sender& sender = as_ada()) {
        return story->answer("case.assign-concern-owner", data, sender);
    };
    CHECK(refused(next_owner) == "ok");
    CHECK(
        refused(with(next_owner, {{"concernOwnerId", ada}, {"concernUnitId", school}})) ==
        "already-concern-owner"
    );
    CHECK(refused(next_owner, seeing(as_ada(), "owner", departed_staff())) == "staff-inactive");
    CHECK(refused(next_owner, seeing(as_ada(), "ownerUnit", closed_unit())) == "unit-not-open");
    story = opened_case(1);
    CHECK(refused(next_owner) == "not-at-level-zero");
    CHECK(CaseStory().answer("case.assign-concern-owner", next_owner) == "closed");
}

SCENARIO("An imported case waits for nobody until it has an owner", "[core][case][attention]") {
    CaseStory story;
    const Outcome opened =
        story.send("case.open-case", {{"level", 0}}, staff("", {"service:import"}, school));
    CHECK(opened.timers.empty());
    CHECK(waiting(story) == nothing);
    story.has("case.assign-concern-owner", next_owner);
    CHECK(waiting(story) == item("level-decision", odd, health_station, "2026-09-15"));
}

SCENARIO("A pause that is over waits for the coordinator", "[core][case][attention]") {
    auto story = opened_case(1);
    story->has("case.pause-case", {{"reason", "x"}, {"until", "2026-09-10"}});
    CHECK(waiting(*story) == nothing);
    story->has("case.remind-of-pause", {{"until", "2026-09-10"}}, as_timer());
    CHECK(waiting(*story) == item("pause-expired", ada, school, "2026-09-10"));
    CHECK(story->view("case.overview")["warnings"][0] == "pause-expired");
    story->has("case.resume-case", json::object());
    CHECK(waiting(*story) == nothing);
}
