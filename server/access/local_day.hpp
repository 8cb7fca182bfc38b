#pragma once

#include "base/calendar_text.hpp"
#include "base/clock.hpp"

namespace samvev::access {

// The calendar day in Europe/Oslo, where every tenant lies: UTC+1, and +2 from the last Sunday of
// March to the last Sunday of October, 01:00 UTC both. A birthday begins at local midnight.
[[nodiscard]] base::Date local_day(base::Timestamp time);

// Whole years on `day`. Born on 29 February: a year older on 1 March of other years. Negative
// before birth.
[[nodiscard]] int age_on(base::Date birth, base::Date day);

}  // namespace samvev::access
