#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "access/token_verifier.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace samvev::access {

// Clocks of issuer and server may differ by this much.
inline constexpr std::chrono::seconds clock_leeway{60};

struct ExpectedClaims {
    std::string_view issuer;
    std::string_view audience;
    base::Timestamp now;
};

// Who the claims of a verified token speak for. Grammar of what is read:
//   iss string, aud string or array of strings, sub string, exp number, nbf? number, iat? number,
//   samvev {tenant: 1…4294967295, kind: "staff"|"person"|"service", roles: [string…],
//           unit?: uuid, purpose?: string, onBehalfOf?: string,
//           level?: "none"|"low"|"substantial"|"high" (absent: high)}
// staff and person are named by UUID, a service by [a-z0-9-]; nobody can be "system" by token.
// Fails with unauthenticated, data.reason "malformed", "issuer", "audience", "expired",
// "not_yet_valid" or "claims". [any thread]
[[nodiscard]] Result<VerifiedActor> read_claims(
    std::string_view json, const ExpectedClaims& expected
);

// The claims of a token for `actor`, valid from `now` for `lifetime`; `token_id` becomes jti.
struct NewClaims {
    const Actor& actor;
    std::string_view issuer;
    std::string_view audience;
    std::string_view token_id;
    base::Timestamp now;
    std::chrono::seconds lifetime;
};
[[nodiscard]] std::string write_claims(const NewClaims& claims);

}  // namespace samvev::access
