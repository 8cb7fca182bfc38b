#pragma once

#include <string>
#include <vector>

#include "state.hpp"

namespace samvev::individual_plan {

// The services that take part today: the units of the team and of the coordinator, each once.
[[nodiscard]] std::set<std::string> participating_units(
    const CaseFacts& facts, const std::string& today
);

// Rejects with everything that the plan still lacks: the nine content parts that the regulation
// asks for, the child's part in making it, and a consent that covers every service.
void require_ready(
    const State& state, const Plan& plan, const Command& command, Decision& decision
);

// Rejects unless the child took part, or was offered to, between the two: on or after `since` and
// before the goals were fixed.
bool require_child_heard(
    const State& state, const std::string& since, const Hearing& before, Decision& decision
);

}  // namespace samvev::individual_plan
