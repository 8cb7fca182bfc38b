#pragma once

#include <string_view>

#include "access/issuer_claims.hpp"
#include "access/token_identity.hpp"
#include "base/result.hpp"

namespace samvev::access {

// What the claims (JSON text) of a logout token end, the signature of which is the issuer's (OpenID
// Connect Back-Channel Logout 1.0 §2.4 and §2.6): iss, aud with the issuer's client_id here, iat of
// the last minutes, jti, the logout event, sid or sub or both, and no nonce.
// Fails with unauthenticated, data.reason "malformed", "type", "issuer", "audience", "expired",
// "not_yet_valid" or "claims". [any thread]
[[nodiscard]] Result<EndedLogin> read_logout_claims(
    std::string_view json, const ExpectedToken& expected
);

}  // namespace samvev::access
