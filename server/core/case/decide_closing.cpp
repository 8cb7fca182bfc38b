#include "guards.hpp"
#include "level_clock.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;
namespace rejection = names::case_::rejection;
namespace timer = names::case_::timer;

namespace {

bool is_running(MeasurePhase phase) {
    return phase != MeasurePhase::declined && phase != MeasurePhase::ended;
}

// Rejects unless nothing is left or the data says why it is.
void require_done(
    const json& left, const Command& command, const char* reason, std::string_view code,
    Decision& decision
) {
    decision.require(
        left.empty() || command.data().has(reason), code, "/" + std::string(reason),
        {{"ids", left}, {"count", left.size()}}
    );
}

void require_plan_done(const Case& state, const Command& command, Decision& decision) {
    json measures = json::array();
    for (const auto& [id, measure] : state.measures) {
        if (is_running(measure.phase)) {
            measures.push_back(id);
        }
    }
    json goals = json::array();
    for (const auto& [id, goal] : state.goals) {
        if (goal.phase == GoalPhase::open && !goal.rated) {
            goals.push_back(id);
        }
    }
    require_done(measures, command, "openMeasuresReason", rejection::open_measures, decision);
    require_done(goals, command, "goalsReason", rejection::goals_not_evaluated, decision);
    require_done(state.open_tasks, command, "openTasksReason", rejection::open_tasks, decision);
}

}  // namespace

void pause_case(const Case& state, const Command& command, Decision& decision) {
    require_open(state, decision);
    const auto until = command.data().find("until");
    if (until &&
        decision.require(*until >= today_text(command), rejection::date_passed, "/until")) {
        decision.set_timer(
            timer::pause_end, end_of_day(*until), names::case_::command::remind_of_pause,
            {{"until", *until}}
        );
    }
    decision.emit(event_name::case_paused, 1, command.data().raw());
}

void remind_of_pause(const Case& state, const Command& command, Decision& decision) {
    // Nobody resumes a case by waiting: the pause goes on, and the coordinator is told.
    if (state.phase == Phase::paused) {
        decision.emit(event_name::pause_expired, 1, command.data().raw());
    }
}

void resume_case(const Case& state, const Command& command, Decision& decision) {
    decision.require(state.phase == Phase::paused, rejection::not_paused);
    decision.emit(event_name::case_resumed, 1, command.data().raw());
    decision.clear_timer(timer::pause_end);
}

void record_closing_talk(const Case& state, const Command& command, Decision& decision) {
    require_open(state, decision);
    decision.require(
        command.data().get("heldOn") <= today_text(command), rejection::date_in_future, "/heldOn"
    );
    decision.emit(event_name::closing_talk_recorded, 1, command.data().raw());
}

void close_case(const Case& state, const Command& command, Decision& decision) {
    if (!require_alive(state, decision)) {
        return;
    }
    decision.require(!state.handover, rejection::handover_open);
    require_plan_done(state, command, decision);
    // Where nobody has been worked with, there is nobody to close with.
    decision.require(
        !state.was_coordinated || state.closing_talk_held ||
            command.data().has("closingTalkReason"),
        rejection::closing_talk_missing, "/closingTalkReason"
    );
    for (const auto& [id, participant] : state.participants) {
        if (participant.phase != ParticipantPhase::ended) {
            decision.emit(
                event_name::participation_ended, 1,
                {{"participantId", id}, {"reasonCode", "case-closed"}}, id
            );
        }
    }
    decision.emit(event_name::case_closed, 1, command.data().raw());
    if (state.level == 0) {
        stop_level_clock(decision);
    }
    if (state.phase == Phase::paused) {
        decision.clear_timer(timer::pause_end);
    }
    if (state.holds_claim) {
        decision.release(names::case_::claim::open, state.person_id);
    }
}

}  // namespace samvev::cases
