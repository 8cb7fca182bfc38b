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
    }
}

}  // namespace

bool evolve_case(Case& state, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::concern_raised)) {
        state.phase = Phase::concern;
        take_person(state, data);
        take_concern_owner(state, data);
    } else if (event.is(event_name::case_opened)) {
        state.phase = Phase::open;
        state.level = data.get_or("level", 0);
        take_person(state, data);
        take_concern_owner(state, data);
        take_coordinator(state, data);
        state.coordinating_unit_id = text_or(data, "coordinatingUnitId");
    } else if (event.is(event_name::person_identified)) {
        take_person(state, data);
    } else if (event.is(event_name::level_set)) {
        state.level = data.get_or("level", state.level);
        take_concern_owner(state, data);
        if (state.level == 0) {
            state.coordinator.reset();
        }
    } else if (event.is(event_name::case_paused)) {
        state.phase = Phase::paused;
    } else if (event.is(event_name::case_resumed)) {
        state.phase = Phase::open;
    } else if (event.is(event_name::closing_talk_recorded)) {
        state.closing_talk_held = true;
    } else if (event.is(event_name::case_closed)) {
        state.phase = Phase::closed;
        state.holds_claim = false;
    } else if (event.is(event_name::case_reopened)) {
        state.phase = Phase::open;
        state.closing_talk_held = false;
        take_person(state, data);
        take_coordinator(state, data);
    } else if (event.is(event_name::case_linked)) {
        state.linked_case_ids.insert(text_or(data, "linkedCaseId"));
        state.other_ids.insert(std::string(event.entity()));
    } else if (event.is(event_name::risk_factor_recorded)) {
        state.other_ids.insert(std::string(event.entity()));
    } else {
        return false;
    }
    return true;
}

}  // namespace samvev::cases
