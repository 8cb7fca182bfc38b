#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace samvev::base {

// A calendar day without time of day or zone, e.g. the day something happened in the world.
using Date = std::chrono::year_month_day;

// RFC 3339 in UTC with microseconds: "2026-11-22T03:04:05.000006Z" (27 characters).
[[nodiscard]] std::string to_text(Timestamp time);
// RFC 3339 with any offset and 0–9 fraction digits (cut to microseconds). Absent when malformed.
[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept;

// "2026-11-22".
[[nodiscard]] std::string to_text(Date date);
// Exactly YYYY-MM-DD and a day that exists. Absent when malformed.
[[nodiscard]] std::optional<Date> parse_date(std::string_view text) noexcept;

}  // namespace samvev::base
