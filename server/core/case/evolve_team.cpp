#include "names.hpp"
#include "state.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;

namespace {

using Texts = std::vector<std::string>;

std::string text_or(const Data& data, const char* name, const std::string& fallback = {}) {
    return data.get_or<std::string>(name, fallback);
}

void fold_invitation(Participant& participant, const Data& data) {
    participant.role = text_or(data, "role");
    participant.post = {text_or(data, "staffId"), text_or(data, "unitId")};
    participant.person_id = text_or(data, "personId");
    participant.topics = data.get_or<Texts>("topics", {});
    participant.from = text_or(data, "from");
    participant.until = text_or(data, "until");
}

bool evolve_participant(Case& state, const Event& event) {
    const Data& data = event.data();
    const std::string id(event.entity());
    if (event.is(event_name::participant_invited)) {
        fold_invitation(state.participants[id], data);
    } else if (event.is(event_name::invitation_accepted)) {
        Participant& participant = state.participants[id];
        participant.phase = ParticipantPhase::active;
        participant.post.staff_id = text_or(data, "staffId", participant.post.staff_id);
    } else if (event.is(event_name::invitation_declined) ||
               event.is(event_name::participation_ended)) {
        state.participants[id].phase = ParticipantPhase::ended;
    } else if (event.is(event_name::scope_changed)) {
        Participant& participant = state.participants[id];
        participant.topics = data.get_or("topics", participant.topics);
    } else if (event.is(event_name::participation_extended)) {
        Participant& participant = state.participants[id];
        participant.until = text_or(data, "until", participant.until);
    } else if (event.is(event_name::guest_added)) {
        state.other_ids.insert(id);
    } else {
        return false;
    }
    return true;
}

Permission permission_in(const Data& data, const char* units, bool consent) {
    Permission permission;
    permission.topics = data.get_or<std::set<std::string>>("topics", {});
    permission.unit_ids = data.get_or<std::set<std::string>>(units, {});
    permission.source_unit_ids = data.get_or<std::set<std::string>>("sourceUnitIds", {});
    // What is excluded was never given, however the consent is worded.
    for (const auto& topic : data.get_or<std::set<std::string>>("excludedTopics", {})) {
        permission.topics.erase(topic);
    }
    for (const auto& unit : data.get_or<std::set<std::string>>("excludedUnitIds", {})) {
        permission.unit_ids.erase(unit);
    }
    // A consent always names who may be told, so an empty list is nobody.
    permission.every_unit = !consent && !data.has(units);
    permission.from = text_or(data, "from");
    permission.until = text_or(data, "until");
    permission.consent = consent;
    return permission;
}

}  // namespace

bool evolve_team(Case& state, const Event& event) {
    const Data& data = event.data();
    const std::string id(event.entity());
    if (event.is(event_name::consent_granted)) {
        state.permissions[id] = permission_in(data, "recipientUnitIds", true);
    } else if (event.is(event_name::statutory_basis_recorded)) {
        state.permissions[id] = permission_in(data, "unitIds", false);
    } else if (event.is(event_name::consent_withdrawn)) {
        state.permissions[id].withdrawn = true;
    } else if (event.is(event_name::consent_refused)) {
        state.other_ids.insert(id);
    } else if (event.is(event_name::participation_recorded)) {
        state.other_ids.insert(id);
        state.child_has_taken_part = true;
    } else {
        return evolve_participant(state, event);
    }
    return true;
}

}  // namespace samvev::cases
