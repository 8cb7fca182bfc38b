#include "state.hpp"

namespace samvev::individual_plan {

// The snapshot of a state: raise "stateVersion" in the manifest when a member here changes.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Consent, unit_ids, until, withdrawn)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Hearing, revision, on)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Member, unit_id, until)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Measure, extent_known, over)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(
    CaseFacts, closed, person_id, coordinator_id, coordinator_unit_id, coordinating_unit_id,
    concern_unit_id, consents, hearings, invited, team, goals, measures, last_activity_us
)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Period, from, until, evaluate_on)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(
    Plan, phase, requested_on, draft_due_on, coordinator_due_on, version, person_id, consent_id,
    goals, goals_fixed, version_revision, resources_mapped, carrying_out_told, cooperation_told,
    contributing_units, child_contributed, family_contributed, ids, child_evaluated, period
)

void to_json(json& out, const State& state) {
    out = json{{"facts", state.facts}, {"plans", state.plans}, {"current", state.current}};
}

void from_json(const json& in, State& state) {
    in.at("facts").get_to(state.facts);
    in.at("plans").get_to(state.plans);
    in.at("current").get_to(state.current);
}

bool is_in_progress(Phase phase) noexcept {
    switch (phase) {
        case Phase::requested:
        case Phase::entitled:
        case Phase::offered:
        case Phase::draft:
        case Phase::active:
            return true;
        case Phase::refused:
        case Phase::declined:
        case Phase::ended:
            return false;
    }
    return false;
}

}  // namespace samvev::individual_plan
