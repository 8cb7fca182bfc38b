#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace samvev::client {

// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

// The longest beginning of `text` with at most `characters_max` code points. `text` is UTF-8.
[[nodiscard]] std::string first_characters(std::string_view text, std::size_t characters_max);

}  // namespace samvev::client
