#include "guards.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;
namespace rejection = names::case_::rejection;

namespace {

const Goal* find_open_goal(const Case& state, const Command& command, Decision& decision) {
    if (!require_open(state, decision)) {
        return nullptr;
    }
    const auto found = state.goals.find(command.data().get("goalId"));
    if (!decision.require(found != state.goals.end(), rejection::goal_unknown, "/goalId")) {
        return nullptr;
    }
    const bool open = decision.require(
        found->second.phase == GoalPhase::open, rejection::goal_not_open, "/goalId"
    );
    return open ? &found->second : nullptr;
}

// The child's own goal is changed, reached and given up only by or with the child.
const Goal* find_goal_to_change(const Case& state, const Command& command, Decision& decision) {
    const Goal* const goal = find_open_goal(state, command, decision);
    const bool with_child =
        command.has_role("child") || command.data().get_or("changedWithChild", false);
    const bool may = goal != nullptr && decision.require(
                                            !goal->childs_own || with_child,
                                            rejection::child_goal_needs_child, "/changedWithChild"
                                        );
    return may ? goal : nullptr;
}

// Passes the command on as an event about its goal.
void record_on_goal(const Command& command, std::string_view event, Decision& decision) {
    decision.emit(event, 1, command.data().raw(), command.data().get("goalId"));
}

}  // namespace

void record_need(const Case& state, const Command& command, Decision& decision) {
    require_alive(state, decision);
    require_new_id(state, command, "needId", decision);
    decision.emit(event_name::need_recorded, 1, command.data().raw(), command.data().get("needId"));
}

void close_need(const Case& state, const Command& command, Decision& decision) {
    if (!require_open(state, decision)) {
        return;
    }
    const auto found = state.needs.find(command.data().get("needId"));
    if (decision.require(found != state.needs.end(), rejection::need_unknown, "/needId")) {
        decision.require(found->second, rejection::need_not_open, "/needId");
    }
    decision.emit(event_name::need_closed, 1, command.data().raw(), command.data().get("needId"));
}

void set_goal(const Case& state, const Command& command, Decision& decision) {
    const Data& data = command.data();
    require_open(state, decision);
    require_new_id(state, command, "goalId", decision);
    decision.require(
        !data.has("needId") || state.needs.contains(data.get("needId")), rejection::need_unknown,
        "/needId"
    );
    record_on_goal(command, event_name::goal_set, decision);
}

void refine_goal(const Case& state, const Command& command, Decision& decision) {
    if (find_goal_to_change(state, command, decision) != nullptr) {
        record_on_goal(command, event_name::goal_refined, decision);
    }
}

void agree_goal(const Case& state, const Command& command, Decision& decision) {
    if (find_open_goal(state, command, decision) != nullptr) {
        // The child takes part before goals are fixed, not when all is decided.
        decision.require(
            state.child_has_taken_part || state.person_id.empty(), rejection::participation_required
        );
        record_on_goal(command, event_name::goal_agreed, decision);
    }
}

void rate_goal_progress(const Case& state, const Command& command, Decision& decision) {
    if (find_open_goal(state, command, decision) != nullptr) {
        record_on_goal(command, event_name::goal_progress_rated, decision);
    }
}

void achieve_goal(const Case& state, const Command& command, Decision& decision) {
    if (find_goal_to_change(state, command, decision) != nullptr) {
        record_on_goal(command, event_name::goal_achieved, decision);
    }
}

void abandon_goal(const Case& state, const Command& command, Decision& decision) {
    if (find_goal_to_change(state, command, decision) != nullptr) {
        record_on_goal(command, event_name::goal_abandoned, decision);
    }
}

}  // namespace samvev::cases
