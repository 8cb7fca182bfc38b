#pragma once

#include "state.hpp"

namespace samvev::individual_plan {

// What the case tells: person, coordinator, team, consents, participation, goals, measures.
void evolve_case(CaseFacts& facts, const Event& event);
// What this module's own events tell.
void evolve_plan(State& state, const Event& event);

}  // namespace samvev::individual_plan
