#include <algorithm>

#include "guards.hpp"
#include "module.hpp"
#include "names.hpp"
#include "scope.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;
namespace rejection = names::case_::rejection;

namespace {

using Texts = std::vector<std::string>;

const Participant* find_participant(const Case& state, const Command& command, Decision& decision) {
    const auto found = state.participants.find(command.data().get("participantId"));
    const bool known = decision.require(
        found != state.participants.end(), rejection::participant_unknown, "/participantId"
    );
    return known ? &found->second : nullptr;
}

// A participant who is invited or takes part.
const Participant* find_current(const Case& state, const Command& command, Decision& decision) {
    const Participant* const participant = find_participant(state, command, decision);
    const bool current =
        participant != nullptr && decision.require(
                                      participant->phase != ParticipantPhase::ended,
                                      rejection::participant_not_active, "/participantId"
                                  );
    return current ? participant : nullptr;
}

const Participant* find_invited(const Case& state, const Command& command, Decision& decision) {
    const Participant* const participant = find_participant(state, command, decision);
    const bool invited =
        participant != nullptr && decision.require(
                                      participant->phase == ParticipantPhase::invited,
                                      rejection::participant_not_invited, "/participantId"
                                  );
    return invited ? participant : nullptr;
}

// Topics and period stay inside what is consented or allowed by law. Gives the last day: the one
// asked for, else the last on which the topics are covered; empty without end.
std::string require_scope(
    const Case& state, const std::string& unit_id, const Texts& topics, const std::string& until,
    const Command& command, Decision& decision
) {
    if (unit_id.empty()) {
        return until;  // Child and family: it is their own case.
    }
    const Coverage coverage = coverage_of(state, unit_id, topics, today_text(command));
    decision.require(
        coverage.uncovered.empty(), rejection::scope_beyond_consent, "/topics",
        {{"topics", coverage.uncovered}}
    );
    decision.require(
        until.empty() || coverage.until.empty() || until <= coverage.until,
        rejection::period_beyond_consent, "/until", {{"until", coverage.until}}
    );
    return until.empty() ? coverage.until : until;
}

}  // namespace

void invite_participant(const Case& state, const Command& command, Decision& decision) {
    if (!require_open(state, decision)) {
        return;
    }
    const Data& data = command.data();
    require_new_id(state, command, "participantId", decision);
    decision.require(
        data.has("unitId") || (data.has("personId") && !data.has("staffId")),
        rejection::unit_required, "/unitId"
    );
    require_staff(command, "staffId", "staff", decision);
    require_unit(command, "unitId", "unit", decision);
    require_period(
        data.get_or("from", today_text(command)), data.get_or<std::string>("until", ""), "/until",
        decision
    );
    json invited = data.raw();
    const std::string until = require_scope(
        state, data.get_or<std::string>("unitId", ""), data.get<Texts>("topics"),
        data.get_or<std::string>("until", ""), command, decision
    );
    if (!until.empty()) {
        invited["until"] = until;
    }
    decision.emit(event_name::participant_invited, 1, invited, data.get("participantId"));
}

void accept_invitation(const Case& state, const Command& command, Decision& decision) {
    if (!require_open(state, decision)) {
        return;
    }
    const Participant* const invited = find_invited(state, command, decision);
    if (invited == nullptr) {
        return;
    }
    const Data& data = command.data();
    std::string staff_id = data.get_or("staffId", invited->post.staff_id);
    const bool through_unit = !invited->post.unit_id.empty();
    if (staff_id.empty() && through_unit && command.unit() == invited->post.unit_id) {
        staff_id = command.actor_id();
    }
    decision.require(!through_unit || !staff_id.empty(), rejection::staff_required, "/staffId");
    require_staff(command, "staffId", "staff", decision);
    json accepted = {
        {"participantId", data.get("participantId")},
        {"role", invited->role},
        {"topics", invited->topics},
    };
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) {
            accepted[name] = value;
        }
    };
    add("staffId", staff_id);
    add("unitId", invited->post.unit_id);
    add("personId", invited->person_id);
    decision.emit(event_name::invitation_accepted, 1, accepted, data.get("participantId"));
}

void decline_invitation(const Case& state, const Command& command, Decision& decision) {
    if (find_invited(state, command, decision) != nullptr) {
        decision.emit(
            event_name::invitation_declined, 1, command.data().raw(),
            command.data().get("participantId")
        );
    }
}

void change_scope(const Case& state, const Command& command, Decision& decision) {
    if (!require_open(state, decision)) {
        return;
    }
    if (const Participant* const participant = find_current(state, command, decision)) {
        require_scope(
            state, participant->post.unit_id, command.data().get<Texts>("topics"), "", command,
            decision
        );
        decision.emit(
            event_name::scope_changed, 1, command.data().raw(), command.data().get("participantId")
        );
    }
}

void extend_period(const Case& state, const Command& command, Decision& decision) {
    if (!require_open(state, decision)) {
        return;
    }
    if (const Participant* const participant = find_current(state, command, decision)) {
        const auto until = command.data().get("until");
        require_period(std::max(participant->from, today_text(command)), until, "/until", decision);
        const Coverage coverage =
            coverage_of(state, participant->post.unit_id, participant->topics, today_text(command));
        decision.require(
            participant->post.unit_id.empty() || coverage.until.empty() || until <= coverage.until,
            rejection::period_beyond_consent, "/until", {{"until", coverage.until}}
        );
        decision.emit(
            event_name::participation_extended, 1, command.data().raw(),
            command.data().get("participantId")
        );
    }
}

void end_participation(const Case& state, const Command& command, Decision& decision) {
    if (!require_alive(state, decision)) {
        return;
    }
    if (find_current(state, command, decision) != nullptr) {
        decision.emit(
            event_name::participation_ended, 1, command.data().raw(),
            command.data().get("participantId")
        );
    }
}

void add_guest(const Case& state, const Command& command, Decision& decision) {
    require_open(state, decision);
    require_new_id(state, command, "guestId", decision);
    decision.emit(event_name::guest_added, 1, command.data().raw(), command.data().get("guestId"));
}

}  // namespace samvev::cases
