#pragma once

#include <string_view>

#include "access/issuer.hpp"
#include "access/principal.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace samvev::access {

struct ExpectedToken {
    const IssuerSettings& issuer;
    std::string_view type;  // "typ" of the header, or empty
    base::Timestamp now;
};

// Whom the claims (JSON text) of a token speak for, the signature of which is the issuer's. It must
// be an access token of the issuer's profile, for this server, of now, with the scope and the level
// that the settings ask for; an id_token or a logout token is none.
// Fails with unauthenticated, data.reason "malformed", "type", "issuer", "audience", "expired",
// "not_yet_valid", "claims", "scope" or "login_level". [any thread]
[[nodiscard]] Result<Principal> read_issuer_claims(
    std::string_view json, const ExpectedToken& expected
);

}  // namespace samvev::access
