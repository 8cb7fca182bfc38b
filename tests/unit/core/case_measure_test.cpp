#include <catch2/catch.hpp>
#include <map>

#include "case_story.hpp"

using namespace samvev;
using namespace samvev::core_test;

namespace {

const json measure_id = {{"measureId", id('x', 1)}};
const json proposal = with(measure_id, {{"title", "Lekegruppe"}, {"unitId", school}});

// Each command of the life of a measure, with data that fits.
const std::map<std::string, json> moves{
    {"offer-measure", measure_id},
    {"accept-measure", measure_id},
    {"decline-measure", measure_id},
    {"start-measure", measure_id},
    {"change-measure", with(measure_id, {{"reason", "x"}})},
    {"pause-measure", with(measure_id, {{"reason", "x"}})},
    {"end-measure", with(measure_id, {{"reason", "x"}})},
    {"evaluate-measure", with(measure_id, {{"effect", "good"}, {"evaluatedBy", "child"}})},
    {"record-no-show", with(measure_id, {{"by", "service"}})},
};

// The moves that are accepted now, in the order of the table.
std::string open_moves(const CaseStory& story) {
    std::string out;
    for (const auto& [command, data] : moves) {
        const std::string answer = story.answer("case." + command, data);
        if (answer == "ok") {
            out += (out.empty() ? "" : " ") + command.substr(0, command.find('-'));
        } else {
            CHECK(answer == "measure-wrong-state");
        }
    }
    return out;
}

void move(CaseStory& story, const std::string& command) {
    story.has("case." + command, moves.at(command));
}

}  // namespace

SCENARIO(
    "A measure goes from proposal through offer and start to its end", "[core][case][measure]"
) {
    auto story = opened_case(1);
    story->has("case.propose-measure", proposal);
    CHECK(open_moves(*story) == "change decline end offer");
    move(*story, "offer-measure");
    CHECK(open_moves(*story) == "accept change decline end record");
    move(*story, "accept-measure");
    CHECK(open_moves(*story) == "change decline end record start");
    move(*story, "start-measure");
    CHECK(open_moves(*story) == "change end evaluate pause record");
    move(*story, "pause-measure");
    CHECK(open_moves(*story) == "change end evaluate start");
    move(*story, "start-measure");
    move(*story, "end-measure");
    CHECK(open_moves(*story) == "evaluate");
}

SCENARIO("A declined measure goes nowhere", "[core][case][measure]") {
    auto story = opened_case(1);
    story->has("case.propose-measure", proposal);
    move(*story, "decline-measure");
    CHECK(open_moves(*story).empty());
}

SCENARIO(
    "A measure has one unit, known goals and a period that runs forward", "[core][case][measure]"
) {
    auto story = opened_case(1);
    const auto refused = [&](const json& more, const Sender& sender = as_ada()) {
        return story->answer("case.propose-measure", with(proposal, more), sender);
    };
    CHECK(refused({}, seeing(as_ada(), "unit", nullptr)) == "unit-unknown");
    CHECK(refused({}, seeing(as_ada(), "unit", closed_unit())) == "unit-not-open");
    CHECK(refused({{"goalIds", {id('g', 1), id('g', 2)}}}) == "goal-unknown goal-unknown");
    CHECK(refused({{"needId", id('n', 1)}}) == "need-unknown");
    CHECK(
        refused({{"plannedStart", "2026-10-01"}, {"plannedEnd", "2026-09-30"}}) == "period-inverted"
    );
    CHECK(story->answer("case.offer-measure", measure_id) == "measure-unknown");
    story->has("case.propose-measure", proposal);
    CHECK(refused({}) == "id-in-use");
    move(*story, "offer-measure");
    move(*story, "accept-measure");
    CHECK(
        story->answer("case.start-measure", with(measure_id, {{"startedOn", "2026-09-02"}})) ==
        "date-in-future"
    );
    story->has("case.start-measure", with(measure_id, {{"startedOn", "2026-08-20"}}));
    CHECK(
        story->answer(
            "case.end-measure", with(measure_id, {{"reason", "x"}, {"endedOn", "2026-08-19"}})
        ) == "period-inverted"
    );
    CHECK(
        story->answer(
            "case.change-measure", with(measure_id, {{"reason", "x"}, {"plannedEnd", "2026-08-19"}})
        ) == "period-inverted"
    );
    CHECK(CaseStory().answer("case.propose-measure", proposal) == "not-open");
}
