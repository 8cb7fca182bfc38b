#include "stale.hpp"

#include <algorithm>

#include "calendar.hpp"
#include "decide.hpp"
#include "names.hpp"

namespace samvev::individual_plan {

namespace event_name = names::individual_plan::event;

namespace {

constexpr std::chrono::days in_use{in_use_days};

// A reason to say that the plan is not in use, and when it becomes one.
struct Cause {
    std::string name;
    Time from{};
};

std::vector<Cause> causes_of(const State& state, const Plan& plan) {
    const Time last_activity{std::chrono::microseconds(state.facts.last_activity_us)};
    if (plan.phase == Phase::active) {
        return {
            {"evaluation-overdue", end_of_day(plan.period.evaluate_on)},
            {"no-activity", last_activity + in_use}
        };
    }
    if (is_in_progress(plan.phase)) {
        return {
            {"draft-overdue", end_of_day(plan.draft_due_on)},
            {"no-activity", last_activity + in_use}
        };
    }
    return {};
}

}  // namespace

void set_stale_timer(Time due, Decision& decision) {
    decision.set_timer(
        names::individual_plan::timer::plan_stale, due,
        names::individual_plan::command::detect_stale
    );
}

Time next_check(const std::string& evaluate_on, Time now) {
    return std::min(end_of_day(evaluate_on), now + in_use);
}

void detect_stale(const State& state, const Command& command, Decision& decision) {
    const Plan* plan = state.current_plan();
    if (plan == nullptr || !is_in_progress(plan->phase)) {
        return;
    }
    json found = json::array();
    std::optional<Time> next;
    for (const Cause& cause : causes_of(state, *plan)) {
        if (plan->reported.contains(cause.name) ||
            (cause.name == "draft-overdue" && plan->phase == Phase::draft)) {
            continue;
        }
        if (cause.from <= command.now()) {
            found.push_back(cause.name);
        } else if (!next || cause.from < *next) {
            next = cause.from;
        }
    }
    json data{{"planId", state.current}};
    if (found.empty()) {
        // In use since the timer was set: it goes on, and that takes an event to be set with.
        decision.emit(event_name::plan_checked, 1, data, state.current);
    } else {
        data["causes"] = found;
        if (!state.facts.coordinator_id.empty()) {
            data["coordinatorId"] = state.facts.coordinator_id;
            data["coordinatorUnitId"] = state.facts.coordinator_unit_id;
        }
        decision.emit(event_name::plan_stale_detected, 1, data, state.current);
    }
    if (next) {
        set_stale_timer(*next, decision);
    }
}

}  // namespace samvev::individual_plan
