#pragma once

#include "state.hpp"

namespace samvev::coordination {

// Fold one event of their kind into the state. They accept events whose payload has been removed:
// what is known is then the entity alone.
void evolve_meeting(State& state, const Event& event);
void evolve_task(State& state, const Event& event);
void evolve_thread(State& state, const Event& event);
// Of the case module: another coordinator takes the former one's place in conversations.
void evolve_coordinator(State& state, const Event& event);
void evolve_activity(State& state, const Event& event);

}  // namespace samvev::coordination
