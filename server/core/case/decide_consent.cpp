#include "guards.hpp"
#include "module.hpp"
#include "names.hpp"
#include "scope.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;
namespace rejection = names::case_::rejection;

namespace {

// Whoever saw something only by a consent that ends stops seeing it in the same commit.
void emit_narrowed_scopes(
    const Case& state, const std::string& withdrawn_id, const Command& command, Decision& decision
) {
    constexpr const char* reason_code = "consent-withdrawn";
    Case after = state;
    after.permissions[withdrawn_id].withdrawn = true;
    for (const auto& [id, participant] : state.participants) {
        if (participant.phase == ParticipantPhase::ended || participant.post.unit_id.empty()) {
            continue;
        }
        const Coverage coverage = coverage_of(
            after,
            {.from_unit_id = std::nullopt,
             .to_unit_id = participant.post.unit_id,
             .topics = participant.topics},
            today_text(command)
        );
        if (coverage.uncovered.empty()) {
            continue;
        }
        if (coverage.covered.empty()) {
            decision.emit(
                event_name::participation_ended, 1,
                {{"participantId", id}, {"reasonCode", reason_code}}, id
            );
        } else {
            decision.emit(
                event_name::scope_changed, 1,
                {{"participantId", id}, {"topics", coverage.covered}, {"reasonCode", reason_code}},
                id
            );
        }
    }
}

// Records something with an id of its own, once.
void record(
    const Case& state, const Command& command, const char* id, std::string_view event,
    Decision& decision
) {
    require_alive(state, decision);
    require_new_id(state, command, id, decision);
    decision.emit(event, 1, command.data().raw(), command.data().get(id));
}

}  // namespace

void record_consent(const Case& state, const Command& command, Decision& decision) {
    const Data& data = command.data();
    require_period(
        data.get_or<std::string>("from", ""), data.get_or<std::string>("until", ""), "/until",
        decision
    );
    record(state, command, "consentId", event_name::consent_granted, decision);
}

void withdraw_consent(const Case& state, const Command& command, Decision& decision) {
    const auto id = command.data().get("consentId");
    const auto found = state.permissions.find(id);
    const bool known = found != state.permissions.end() && found->second.consent;
    if (!decision.require(known, rejection::consent_unknown, "/consentId")) {
        return;
    }
    decision.require(!found->second.withdrawn, rejection::consent_not_active, "/consentId");
    decision.emit(event_name::consent_withdrawn, 1, command.data().raw(), id);
    emit_narrowed_scopes(state, id, command, decision);
}

void record_refusal(const Case& state, const Command& command, Decision& decision) {
    record(state, command, "refusalId", event_name::consent_refused, decision);
}

void record_statutory_basis(const Case& state, const Command& command, Decision& decision) {
    record(state, command, "basisId", event_name::statutory_basis_recorded, decision);
}

void record_participation(const Case& state, const Command& command, Decision& decision) {
    require_participation_reason(command.data(), "/reason", decision);
    record(state, command, "participationId", event_name::participation_recorded, decision);
}

}  // namespace samvev::cases
