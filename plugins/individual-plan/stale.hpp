#pragma once

#include <samvev/plugin.hpp>

#include <string>

namespace samvev::individual_plan {

// A case has one timer for its plan: detect-stale then looks, and sets it again.
void set_stale_timer(Time due, Decision& decision);

// When a plan that is touched at `now` must be looked at again: after its evaluation date, or when
// nothing has happened for too long.
[[nodiscard]] Time next_check(const std::string& evaluate_on, Time now);

}  // namespace samvev::individual_plan
