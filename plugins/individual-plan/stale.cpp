#include "stale.hpp"

#include <algorithm>

#include "calendar.hpp"
#include "decide.hpp"
#include "names.hpp"

namespace samvev::individual_plan {

namespace event_name = names::individual_plan::event;

namespace {

constexpr std::chrono::days in_use{in_use_days};
constexpr std::chrono::days look_again{look_again_days};

// A reason to say that the plan is not in use, and when it becomes one.
struct Cause {
    std::string name;
    Time from{};
};

// A date whose event has lost its payload is no date to wait for.
void add_date(std::vector<Cause>& causes, const char* name, const std::string& date) {
    if (!date.empty()) {
        causes.push_back({name, end_of_day(date)});
    }
}

void add_dates(std::vector<Cause>& causes, const Plan& plan) {
    switch (plan.phase) {
        case Phase::requested:
        case Phase::entitled:
        case Phase::offered:
            return add_date(causes, "draft-overdue", plan.draft_due_on);
        case Phase::active:
            // After its last evaluation only the end of the period is left: revise it, or end it.
            return plan.period.evaluate_on.empty()
                       ? add_date(causes, "period-over", plan.period.until)
                       : add_date(causes, "evaluation-overdue", plan.period.evaluate_on);
        case Phase::draft:
        case Phase::refused:
        case Phase::declined:
        case Phase::ended:
            return;
    }
}

std::vector<Cause> causes_of(const CaseFacts& facts, const Plan& plan, Time last_activity) {
    std::vector<Cause> causes;
    if (is_in_progress(plan.phase)) {
        add_dates(causes, plan);
        causes.push_back({"no-activity", last_activity + in_use});
        if (facts.coordinator_id.empty()) {
            causes.push_back({"no-coordinator", Time()});
        }
    } else if (plan.phase == Phase::declined && facts.coordinator_id.empty()) {
        add_date(causes, "coordinator-not-offered", plan.coordinator_due_on);
    }
    return causes;
}

// At the first cause to come. One that is there already is told again until somebody deals with it.
void set_timer(const std::vector<Cause>& causes, Time now, Decision& decision) {
    Time next = Time::max();
    for (const Cause& cause : causes) {
        next = std::min(next, cause.from > now ? cause.from : now + look_again);
    }
    decision.set_timer(
        names::individual_plan::timer::plan_stale, next,
        names::individual_plan::command::detect_stale
    );
}

}  // namespace

void renew_stale_timer(
    const CaseFacts& facts, const Plan& after, const Command& command, Decision& decision
) {
    const std::vector<Cause> causes = causes_of(facts, after, command.now());
    if (causes.empty()) {
        decision.clear_timer(names::individual_plan::timer::plan_stale);
    } else {
        set_timer(causes, command.now(), decision);
    }
}

void detect_stale(const State& state, const Command& command, Decision& decision) {
    const Plan* plan = state.current_plan();
    if (plan == nullptr || state.facts.closed) {
        return;
    }
    const Time last_activity{std::chrono::microseconds(state.facts.last_activity_us)};
    const std::vector<Cause> causes = causes_of(state.facts, *plan, last_activity);
    if (causes.empty()) {
        return;
    }
    json found = json::array();
    for (const Cause& cause : causes) {
        if (cause.from <= command.now()) {
            found.push_back(cause.name);
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
    set_timer(causes, command.now(), decision);
}

}  // namespace samvev::individual_plan
