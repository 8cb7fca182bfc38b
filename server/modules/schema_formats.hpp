#pragma once

#include <optional>
#include <string_view>

namespace samvev::modules {

// What `format` may be in a schema. Parsers of our own: std::regex costs 160 µs a value.
enum class Format { date, date_time, date_or_time, uuid, uri };

[[nodiscard]] std::optional<Format> parse_format(std::string_view name) noexcept;
[[nodiscard]] bool fits(Format format, std::string_view text) noexcept;
// What a value must be, for people: "must be a date (YYYY-MM-DD)".
[[nodiscard]] std::string_view demand(Format format) noexcept;

}  // namespace samvev::modules
