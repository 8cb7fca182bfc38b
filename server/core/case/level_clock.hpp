#pragma once

#include <samvev/plugin.hpp>
#include <string>

#include "state.hpp"

// A concern must not lie: at level 0 the level is to be decided within 14 days (D44), else the
// leader of the owner's unit is told. The clock starts when the case comes to level 0.
namespace samvev::cases {

// The last day to decide, counted from the day on which it happened.
[[nodiscard]] std::string decide_by(const Command& command);

// Tells the leader of `unit_id` when that day is over.
void start_level_clock(const std::string& last_day, const std::string& unit_id, Decision& decision);
void stop_level_clock(Decision& decision);

// The first instant after that day in Europe/Oslo.
[[nodiscard]] Time end_of_day(const std::string& day);

}  // namespace samvev::cases
