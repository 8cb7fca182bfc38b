#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace samvev::access {

// Strict base64url (RFC 4648 §5) as JWTs use it: no padding, no whitespace, and the unused bits of
// the last character are zero, so that one value has one spelling. Absent when malformed.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace samvev::access
