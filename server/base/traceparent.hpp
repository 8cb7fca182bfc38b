#pragma once

#include <cstddef>
#include <string_view>

namespace samvev::base {

// Whether `text` is a W3C traceparent: version "-" trace-id "-" parent-id "-" flags, in lower-case
// hexadecimal digits, neither id all zero. Versions after 00 may append "-…"; we keep up to
// traceparent_bytes_max of them.
[[nodiscard]] bool is_traceparent(std::string_view text) noexcept;

inline constexpr std::size_t traceparent_bytes_max = 128;
// Where the trace id stands in it.
inline constexpr std::size_t trace_id_begin = 3;
inline constexpr std::size_t trace_id_digits = 32;

}  // namespace samvev::base
