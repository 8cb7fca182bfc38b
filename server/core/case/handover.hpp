#pragma once

#include <samvev/plugin.hpp>
#include <string>

#include "state.hpp"

// What the commands about an offered handover share.
namespace samvev::cases {

// Working days to answer an offer, and for each of those it is lifted to (D45).
inline constexpr int answer_working_days = 5;

// The handover in the data is the one that waits.
bool require_pending(const Case& state, const Command& command, Decision& decision);

// The answer may come all that day; then the leader of `unit_id` is asked.
void set_answer_timer(
    const std::string& answer_by, const std::string& handover_id, const std::string& unit_id,
    Decision& decision
);

// The data of an event that moves the coordination to `next`.
[[nodiscard]] json moved_to(const Case& state, const Post& next);

}  // namespace samvev::cases
