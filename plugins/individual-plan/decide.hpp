#pragma once

#include <initializer_list>

#include "state.hpp"

// One function for each command: it emits, or rejects with every reason at once.
namespace samvev::individual_plan {

void request_plan(const State&, const Command&, Decision&);
void assess_right(const State&, const Command&, Decision&);
void offer_plan(const State&, const Command&, Decision&);
void decline_plan(const State&, const Command&, Decision&);
void offer_coordinator_without_plan(const State&, const Command&, Decision&);

void draft_plan(const State&, const Command&, Decision&);
void map_resources(const State&, const Command&, Decision&);
void add_contribution(const State&, const Command&, Decision&);
void set_plan_period(const State&, const Command&, Decision&);
void attach_sub_plan(const State&, const Command&, Decision&);

void activate_plan(const State&, const Command&, Decision&);
void evaluate_plan(const State&, const Command&, Decision&);
void revise_plan(const State&, const Command&, Decision&);
void end_plan(const State&, const Command&, Decision&);
void detect_stale(const State&, const Command&, Decision&);

// The plan that the command names, in a case that is open and in one of these phases; otherwise
// rejects and gives null.
const Plan* find_plan(
    const State& state, const Command& command, Decision& decision,
    std::initializer_list<Phase> phases
);

// Rejects unless this consent of the case holds today.
bool require_consent(
    const State& state, const Command& command, const std::string& consent_id, Decision& decision
);

// Rejects when the dates do not follow on each other, or the evaluation falls outside.
void require_period(const Period& period, Decision& decision);

}  // namespace samvev::individual_plan
