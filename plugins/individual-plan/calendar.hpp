#pragma once

#include <samvev/plugin.hpp>

#include <string>
#include <string_view>

namespace samvev::individual_plan {

// The acts name no numbers (domain rules D21–D24): these are ours. What they gave is written into
// the event, so that changing them here changes no history.
inline constexpr int first_draft_days = 28;        // D21: from request to first draft
inline constexpr int evaluate_after_months = 6;    // D22: default
inline constexpr int evaluate_within_months = 12;  // D22: at the latest
inline constexpr int coordinator_offer_days = 14;  // D23: when the plan is declined
// pasient- og brukerrettighetsloven § 7-5: four weeks from when the person was told; a last day
// that is no working day moves to the next that is.
inline constexpr int complaint_days = 28;
inline constexpr int in_use_days = 180;     // D54: nothing has happened for so long
inline constexpr int look_again_days = 28;  // a stale plan is told again so often

[[nodiscard]] std::string plus_days(std::string_view date, int days);
// The same day of a later month, or its last day.
[[nodiscard]] std::string plus_months(std::string_view date, int months);
[[nodiscard]] std::string day_of(std::string_view date_or_time);
// That day, or the next that is neither Saturday, Sunday nor a public holiday in Norway.
[[nodiscard]] std::string working_day_from(std::string_view date);
// The first instant after that day in Europe/Oslo.
[[nodiscard]] Time end_of_day(std::string_view date);

}  // namespace samvev::individual_plan
