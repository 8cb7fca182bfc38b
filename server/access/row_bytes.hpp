#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace samvev::access {

// What the kept rows of logins are made of: texts with their length (u32) before them, times as
// u64 microseconds since 1970; big-endian.
void append_text(std::string& out, std::string_view text);
// Takes a text off the front; absent when it is not whole.
[[nodiscard]] std::optional<std::string> take_text(std::string_view& rest);

[[nodiscard]] std::string time_bytes(base::Timestamp time);
// Absent when `bytes` is not exactly one.
[[nodiscard]] std::optional<base::Timestamp> read_time(std::string_view bytes);

}  // namespace samvev::access
