#include "names.hpp"
#include "state.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;

namespace {

bool evolve_goal(Case& state, const Event& event) {
    const std::string id(event.entity());
    if (event.is(event_name::goal_set)) {
        state.goals[id].childs_own = event.data().get_or<std::string>("owner", "") == "child";
    } else if (event.is(event_name::goal_progress_rated)) {
        state.goals[id].rated = true;
    } else if (event.is(event_name::goal_achieved)) {
        state.goals[id].phase = GoalPhase::achieved;
    } else if (event.is(event_name::goal_abandoned)) {
        state.goals[id].phase = GoalPhase::abandoned;
    } else {
        return event.is(event_name::goal_refined) || event.is(event_name::goal_agreed);
    }
    return true;
}

bool evolve_measure(Case& state, const Event& event) {
    const Data& data = event.data();
    const std::string id(event.entity());
    const auto set_phase = [&](MeasurePhase phase) {
        state.measures[id].phase = phase;
        return true;
    };
    if (event.is(event_name::measure_proposed)) {
        state.measures[id].begins = data.get_or<std::string>("plannedStart", "");
        return true;
    }
    if (event.is(event_name::measure_started)) {
        state.measures[id].begins = data.get_or<std::string>("startedOn", "");
        return set_phase(MeasurePhase::started);
    }
    if (event.is(event_name::measure_offered)) {
        return set_phase(MeasurePhase::offered);
    }
    if (event.is(event_name::measure_accepted)) {
        return set_phase(MeasurePhase::accepted);
    }
    if (event.is(event_name::measure_declined)) {
        return set_phase(MeasurePhase::declined);
    }
    if (event.is(event_name::measure_paused)) {
        return set_phase(MeasurePhase::paused);
    }
    return event.is(event_name::measure_ended) && set_phase(MeasurePhase::ended);
}

// Tasks belong to the coordination module; closing asks only whether any is open.
bool evolve_task(Case& state, const Event& event) {
    const std::string id(event.entity());
    if (event.is("coordination.task-created")) {
        state.open_tasks.insert(id);
    } else if (event.is("coordination.task-completed") || event.is("coordination.task-cancelled")) {
        state.open_tasks.erase(id);
    } else {
        return false;
    }
    return true;
}

}  // namespace

bool evolve_plan(Case& state, const Event& event) {
    if (event.is(event_name::need_recorded)) {
        state.needs[std::string(event.entity())] = true;
        return true;
    }
    if (event.is(event_name::need_closed)) {
        state.needs[std::string(event.entity())] = false;
        return true;
    }
    return evolve_goal(state, event) || evolve_measure(state, event) || evolve_task(state, event);
}

}  // namespace samvev::cases
