#pragma once

#include <samvev/plugin.hpp>

#include "state.hpp"

namespace samvev::individual_plan {

// A case has one timer for its plan: detect-stale then looks whether the plan is in use, and sets
// it again. Every command that changes a plan sets it anew for the plan as it will be, so that it
// never runs out while there is something to look after; clears it when there is nothing.
void renew_stale_timer(
    const CaseFacts& facts, const Plan& after, const Command& command, Decision& decision
);

}  // namespace samvev::individual_plan
