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

// Whoever opens a scope tells on behalf of the unit they act for.
Share opened_by(const Command& command, const std::string& unit_id, const Texts& topics) {
    return {.from_unit_id = std::string(command.unit()), .to_unit_id = unit_id, .topics = topics};
}

// The invitee, or somebody who acts for the invited unit; for child and family also the staff who
// record their answer.
bool require_invitee(const Participant& invited, const Command& command, Decision& decision) {
    const bool through_unit = !invited.post.unit_id.empty();
    const bool own = through_unit ? command.actor_id() == invited.post.staff_id
                                  : command.actor_id() == invited.person_id;
    const bool on_behalf = through_unit ? command.unit() == invited.post.unit_id
                                        : command.actor().starts_with("staff/");
    return decision.require(own || on_behalf, rejection::not_the_invitee, "/participantId");
}

// Unit and staff are named anew: they may have closed and left since the invitation.
void require_post(const Participant& invited, const Command& command, Decision& decision) {
    const Data& data = command.data();
    if (decision.require(data.has("unitId"), rejection::unit_required, "/unitId") &&
        decision.require(
            data.get("unitId") == invited.post.unit_id, rejection::other_unit, "/unitId"
        )) {
        require_unit(command, "unitId", "unit", decision);
    }
    if (decision.require(data.has("staffId"), rejection::staff_required, "/staffId") &&
        require_staff(command, "staffId", "staff", decision)) {
        decision.require(
            !command.context<StaffFacts>("staff")->has_left(
                invited.post.unit_id, today_text(command)
            ),
            rejection::staff_not_in_unit, "/staffId"
        );
    }
}

// Topics and period stay inside what is consented or allowed by law. Gives the last day: the one
// asked for, else the last on which the topics are covered; empty without end.
std::string require_scope(
    const Case& state, const Share& share, const std::string& until, const Command& command,
    Decision& decision
) {
    if (share.to_unit_id.empty()) {
        return until;  // Child and family: it is their own case.
    }
    const Coverage coverage = coverage_of(state, share, today_text(command));
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
        state,
        opened_by(command, data.get_or<std::string>("unitId", ""), data.get<Texts>("topics")),
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
    if (invited == nullptr || !require_invitee(*invited, command, decision)) {
        return;
    }
    const Data& data = command.data();
    const bool through_unit = !invited->post.unit_id.empty();
    if (through_unit) {
        require_post(*invited, command, decision);
    }
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
    add("staffId", through_unit ? data.get_or<std::string>("staffId", "") : "");
    add("unitId", invited->post.unit_id);
    add("personId", invited->person_id);
    decision.emit(event_name::invitation_accepted, 1, accepted, data.get("participantId"));
}

void decline_invitation(const Case& state, const Command& command, Decision& decision) {
    const Participant* const invited = find_invited(state, command, decision);
    if (invited != nullptr && require_invitee(*invited, command, decision)) {
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
        const auto topics = command.data().get<Texts>("topics");
        Share share = opened_by(command, participant->post.unit_id, topics);
        const auto is_held = [&](const std::string& topic) {
            return std::find(participant->topics.begin(), participant->topics.end(), topic) !=
                   participant->topics.end();
        };
        if (std::all_of(topics.begin(), topics.end(), is_held)) {
            share.from_unit_id.reset();  // Narrowing opens nothing.
        }
        require_scope(state, share, "", command, decision);
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
        const Coverage coverage = coverage_of(
            state, opened_by(command, participant->post.unit_id, participant->topics),
            today_text(command)
        );
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

// Also in a closed case: nobody keeps a part in it because it was forgotten.
void end_participation(const Case& state, const Command& command, Decision& decision) {
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
