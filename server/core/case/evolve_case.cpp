#include <algorithm>

#include "names.hpp"
#include "state.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;

namespace {

std::string text_or(const Data& data, const char* name, const std::string& fallback = {}) {
    return data.get_or<std::string>(name, fallback);
}

void take_person(Case& state, const Data& data) {
    if (data.has("personId")) {
        state.person_id = data.get("personId");
    }
    // A concern is no case: it takes no claim on the person.
    state.holds_claim =
        state.phase != Phase::concern && !state.person_id.empty() && !data.has("exceptionReason");
}

void take_concern_owner(Case& state, const Data& data) {
    state.concern_owner.staff_id = text_or(data, "concernOwnerId", state.concern_owner.staff_id);
    state.concern_owner.unit_id = text_or(data, "concernUnitId", state.concern_owner.unit_id);
}

void take_coordinator(Case& state, const Data& data) {
    if (data.has("coordinatorId")) {
        state.coordinator = Post{data.get("coordinatorId"), text_or(data, "coordinatorUnitId")};
        state.child_coordinator = false;
    }
}

// At level 0 there is a last day to decide the level, unless the case was imported.
void take_level(Case& state, const Data& data) {
    state.level = data.get_or("level", state.level);
    state.decide_by = state.level == 0 ? text_or(data, "decideBy") : "";
    state.was_coordinated = state.was_coordinated || state.level >= 1;
}

bool is_with_family(const Data& talk) {
    const auto with = talk.get_or<std::vector<std::string>>("with", {});
    return std::any_of(with.begin(), with.end(), [](const std::string& who) {
        return who != "trusted-person";
    });
}

}  // namespace

bool evolve_case(Case& state, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::concern_raised)) {
        state.phase = Phase::concern;
        take_person(state, data);
        take_concern_owner(state, data);
        take_level(state, data);
    } else if (event.is(event_name::case_opened)) {
        state.phase = Phase::open;
        take_level(state, data);
        take_person(state, data);
        take_concern_owner(state, data);
        take_coordinator(state, data);
        state.coordinating_unit_id = text_or(data, "coordinatingUnitId");
    } else if (event.is(event_name::person_identified)) {
        take_person(state, data);
    } else if (event.is(event_name::level_set)) {
        take_level(state, data);
        take_concern_owner(state, data);
        if (state.level == 0) {
            state.coordinator.reset();
            state.child_coordinator = false;
        }
    } else if (event.is(event_name::concern_owner_assigned)) {
        take_concern_owner(state, data);
        state.decide_by = text_or(data, "decideBy", state.decide_by);
    } else if (event.is(event_name::case_paused)) {
        state.phase = Phase::paused;
    } else if (event.is(event_name::case_resumed)) {
        state.phase = Phase::open;
    } else if (event.is(event_name::closing_talk_recorded)) {
        state.closing_talk_held = state.closing_talk_held || is_with_family(data);
    } else if (event.is(event_name::case_closed)) {
        state.phase = Phase::closed;
        state.holds_claim = false;
    } else if (event.is(event_name::case_reopened)) {
        state.phase = Phase::open;
        state.closing_talk_held = false;
        state.was_coordinated = false;
        take_level(state, data);
        take_person(state, data);
        take_concern_owner(state, data);
        take_coordinator(state, data);
    } else if (event.is(event_name::case_linked)) {
        state.linked_case_ids.insert(text_or(data, "linkedCaseId"));
        state.other_ids.insert(std::string(event.entity()));
    } else if (event.is(event_name::risk_factor_recorded)) {
        state.other_ids.insert(std::string(event.entity()));
    } else {
        // The rest of what is said about the case itself changes nothing here.
        return event.is(event_name::level_overdue) || event.is(event_name::pause_expired) ||
               event.is(event_name::coordinator_left);
    }
    return true;
}

}  // namespace samvev::cases
