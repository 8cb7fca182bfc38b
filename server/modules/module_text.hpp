#pragma once

#include <string>
#include <string_view>

namespace samvev::modules {

// Text that comes from a module, before it goes anywhere.

[[nodiscard]] bool is_utf8(std::string_view text);
// As it may stand in a log line or a message: cut, without control characters or broken UTF-8.
[[nodiscard]] std::string printable(std::string_view text);
// The id of a stream or of a thing inside one: at most 64 letters, digits and -_.: (may be empty).
[[nodiscard]] bool is_entity(std::string_view text) noexcept;

}  // namespace samvev::modules
