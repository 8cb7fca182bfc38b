#include "document.hpp"

#include <algorithm>

#include "names.hpp"
#include "occurred_on.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;

json member(const Event& event, const char* name) {
    return event.data().raw().value(name, json());
}

json* find_in(json& list, const char* id_member, std::string_view id) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const json& thing) {
        return thing[id_member] == id;
    });
    return found == list.end() ? nullptr : &*found;
}

void merge(json& into, const json& from, std::initializer_list<const char*> members) {
    for (const char* name : members) {
        if (from.contains(name)) {
            into[name] = from[name];
        }
    }
}

bool sets_coordinator(const Event& event) {
    return event.is(event_name::coordinator_appointed) || event.is(event_name::handover_accepted) ||
           event.is(event_name::handover_decided) ||
           ((event.is(event_name::case_opened) || event.is(event_name::case_reopened)) &&
            event.data().has("coordinatorId"));
}

json coordinator_in(const Event& event) {
    return {
        {"staffId", member(event, "coordinatorId")},
        {"unitId", member(event, "coordinatorUnitId")},
        {"since", day_of(event)},
    };
}

std::string_view phase_after(const Event& event) {
    if (event.is(event_name::concern_raised)) {
        return "concern";
    }
    if (event.is(event_name::case_paused)) {
        return "paused";
    }
    if (event.is(event_name::case_closed)) {
        return "closed";
    }
    const bool opens = event.is(event_name::case_opened) || event.is(event_name::case_resumed) ||
                       event.is(event_name::case_reopened);
    return opens ? "open" : "";
}

std::string day_of(const Event& event) {
    return to_text(parse_date(event.occurred_on()));
}

}  // namespace samvev::cases
