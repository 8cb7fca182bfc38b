#pragma once

#include <simdjson.h>

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace samvev::access {

// The claims of RFC 7519 §4.1 that every kind of token shares. Only for .cpp files.

struct TokenTime {
    base::Timestamp now;
    std::chrono::seconds leeway;  // between the issuer's clock and ours
};

// exp (required), nbf and iat (when there) as finite numbers of seconds; returns exp.
// Fails with unauthenticated, reason "claims", "expired" or "not_yet_valid".
[[nodiscard]] Result<base::Timestamp> check_lifetime(
    const simdjson::dom::object& claims, TokenTime time
);
// An instant in whole seconds; absent when the member is. Fails with reason "claims".
[[nodiscard]] Result<std::optional<std::chrono::sys_seconds>> read_time(
    const simdjson::dom::object& claims, std::string_view name
);
// aud as a list, which may be one text; absent when it is missing, empty or holds anything else.
// Points into the document.
[[nodiscard]] std::optional<std::vector<std::string_view>> read_audiences(
    const simdjson::dom::object& claims
);

}  // namespace samvev::access
