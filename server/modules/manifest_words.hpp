#pragma once

#include <string_view>

namespace samvev::modules {

// How the words of a manifest are spelt.

// "plan-activated": lower-case words with single hyphens.
[[nodiscard]] bool is_kebab(std::string_view text) noexcept;
// "byUnit".
[[nodiscard]] bool is_camel(std::string_view text) noexcept;
// A JSON pointer (RFC 6901) to something inside, not to the whole.
[[nodiscard]] bool is_pointer(std::string_view text) noexcept;
// "1.2.3": that many numbers with dots.
[[nodiscard]] bool is_version(std::string_view text, int parts) noexcept;

}  // namespace samvev::modules
