#include "document.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;

namespace {

// Adds what the event made, with its id and first state.
void add(json& document, const char* list, const char* id, const Event& event, const char* state) {
    json thing = event.data().raw();
    thing[id] = event.entity();
    thing["state"] = state;
    thing["since"] = day_of(event);
    document[list].push_back(std::move(thing));
}

void fold_need(json& document, const Event& event) {
    if (event.is(event_name::need_recorded)) {
        add(document, "needs", "needId", event, "open");
    } else if (event.is(event_name::need_closed)) {
        change_in(document, "needs", "needId", event.entity(), [&](json& need) {
            need["state"] = "closed";
            merge(need, event.data().raw(), {"outcome"});
        });
    }
}

void fold_goal(json& document, const Event& event) {
    if (event.is(event_name::goal_set)) {
        add(document, "goals", "goalId", event, "set");
        return;
    }
    change_in(document, "goals", "goalId", event.entity(), [&](json& goal) {
        if (event.is(event_name::goal_refined)) {
            merge(goal, event.data().raw(), {"text"});
        } else if (event.is(event_name::goal_agreed)) {
            goal["state"] = "agreed";
        } else if (event.is(event_name::goal_progress_rated)) {
            goal["lastRating"] = {
                {"rating", member(event, "rating")},
                {"ratedBy", member(event, "ratedBy")},
                {"on", day_of(event)}
            };
        } else if (event.is(event_name::goal_achieved)) {
            goal["state"] = "achieved";
        } else if (event.is(event_name::goal_abandoned)) {
            goal["state"] = "abandoned";
        }
    });
}

const char* measure_state(const Event& event) {
    constexpr std::pair<std::string_view, const char*> states[] = {
        {event_name::measure_offered, "offered"},   {event_name::measure_accepted, "accepted"},
        {event_name::measure_declined, "declined"}, {event_name::measure_started, "started"},
        {event_name::measure_paused, "paused"},     {event_name::measure_ended, "ended"},
    };
    for (const auto& [type, state] : states) {
        if (event.is(type)) {
            return state;
        }
    }
    return nullptr;
}

void fold_measure(json& document, const Event& event) {
    if (event.is(event_name::measure_proposed)) {
        add(document, "measures", "measureId", event, "proposed");
        document["measures"].back()["noShows"] = 0;
        return;
    }
    change_in(document, "measures", "measureId", event.entity(), [&](json& measure) {
        if (const char* const state = measure_state(event)) {
            // The days of offer, start and end tell how long help took to come.
            measure["state"] = state;
            measure[std::string(state) + "On"] = day_of(event);
        } else if (event.is(event_name::measure_changed)) {
            merge(measure, event.data().raw(), {"title", "description", "effort", "plannedEnd"});
        } else if (event.is(event_name::measure_evaluated)) {
            measure["lastEvaluation"] = {
                {"effect", member(event, "effect")},
                {"evaluatedBy", member(event, "evaluatedBy")},
                {"on", day_of(event)}
            };
        } else if (event.is(event_name::no_show_recorded)) {
            measure["noShows"] = measure["noShows"].get<int>() + 1;
        }
    });
}

void fold_task(json& document, const Event& event) {
    if (event.is("coordination.task-created")) {
        json task = {{"taskId", event.entity()}, {"state", "open"}};
        merge(
            task, event.data().raw(),
            {"title", "dueOn", "responsible", "goalId", "measureId", "needId"}
        );
        document["tasks"].push_back(std::move(task));
        return;
    }
    change_in(document, "tasks", "taskId", event.entity(), [&](json& task) {
        merge(task, event.data().raw(), {"dueOn", "responsible"});
        if (event.is("coordination.task-completed")) {
            task["state"] = "completed";
        } else if (event.is("coordination.task-cancelled")) {
            task["state"] = "cancelled";
        } else if (event.is("coordination.task-overdue")) {
            task["state"] = "overdue";
        } else if (event.is("coordination.task-rescheduled")) {
            task["state"] = "open";
        }
    });
}

}  // namespace

void project_plan_board(json& document, const Event& event) {
    if (document.is_null()) {
        document = {
            {"caseId", event.stream_id()}, {"needs", json::array()}, {"goals", json::array()},
            {"measures", json::array()},   {"tasks", json::array()},
        };
    }
    const std::string_view type = event.type();
    if (type.starts_with("coordination.")) {
        fold_task(document, event);
    } else if (type.starts_with("case.need-")) {
        fold_need(document, event);
    } else if (type.starts_with("case.goal-")) {
        fold_goal(document, event);
    } else {
        fold_measure(document, event);
    }
}

}  // namespace samvev::cases
