#include "next_thing.hpp"

#include <algorithm>

#include "document.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;

namespace {

bool is_any_of(const Event& event, std::initializer_list<std::string_view> types) {
    return std::find(types.begin(), types.end(), event.type()) != types.end();
}

void remove(json& next, std::string_view entity) {
    json kept = json::array();
    for (json& thing : next) {
        if (thing["entity"] != entity) {
            kept.push_back(std::move(thing));
        }
    }
    next = std::move(kept);
}

// Replaces what was known of the entity; without a date there is nothing to wait for.
void put(json& next, const Event& event, const char* kind, const json& due, const json& title) {
    remove(next, event.entity());
    if (!due.is_string()) {
        return;
    }
    json thing = {
        {"kind", kind},
        {"entity", event.entity()},
        {"title", title},
        {"dueOn", due},
        {"overdue", false}
    };
    const auto later = std::find_if(next.begin(), next.end(), [&](const json& other) {
        return other["dueOn"] > due;
    });
    next.insert(later, std::move(thing));
}

// The same thing at another time.
void move(json& next, const Event& event, const json& due) {
    if (const json* const known = find_in(next, "entity", event.entity())) {
        const json thing = *known;
        put(next, event, thing["kind"].get_ref<const std::string&>().c_str(), due, thing["title"]);
    }
}

}  // namespace

void fold_next(json& next, const Event& event) {
    if (event.is(event_name::handover_offered)) {
        put(next, event, "handover-answer", member(event, "answerBy"), nullptr);
    } else if (event.is(event_name::handover_escalated)) {
        move(next, event, member(event, "answerBy"));
    } else if (event.is(event_name::participant_invited)) {
        put(next, event, "participation-ends", member(event, "until"), nullptr);
    } else if (event.is(event_name::participation_extended)) {
        put(next, event, "participation-ends", member(event, "until"), nullptr);
    } else if (event.is(event_name::goal_set)) {
        put(next, event, "goal-evaluation", member(event, "evaluateOn"), nullptr);
    } else if (event.is("coordination.task-created")) {
        put(next, event, "task", member(event, "dueOn"), member(event, "title"));
    } else if (event.is("coordination.task-rescheduled")) {
        move(next, event, member(event, "dueOn"));
    } else if (event.is("coordination.task-overdue")) {
        if (json* const task = find_in(next, "entity", event.entity())) {
            (*task)["overdue"] = true;
        }
    } else if (event.is("coordination.meeting-planned")) {
        put(next, event, "meeting", member(event, "startsAt"), member(event, "title"));
    } else if (event.is("coordination.meeting-moved")) {
        move(next, event, member(event, "startsAt"));
    } else if (is_any_of(
                   event, {event_name::handover_accepted, event_name::handover_rejected,
                           event_name::handover_withdrawn, event_name::handover_decided,
                           event_name::invitation_declined, event_name::participation_ended,
                           event_name::goal_achieved, event_name::goal_abandoned,
                           "coordination.task-completed", "coordination.task-cancelled",
                           "coordination.meeting-held", "coordination.meeting-cancelled"}
               )) {
        remove(next, event.entity());
    }
}

}  // namespace samvev::cases
