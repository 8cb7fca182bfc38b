#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace samvev::app {

// "90s", "30m", "8h", "7d": a whole number and its unit. Absent when malformed or above 100 years.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text) noexcept;

}  // namespace samvev::app
