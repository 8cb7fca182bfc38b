#pragma once

#include <string>
#include <string_view>

#include "access/assurance.hpp"
#include "access/issuer.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace samvev::access {

// That somebody has just logged in, told to us as the client that asked (OpenID Connect Core 1.0
// §2).
struct IdToken {
    std::string subject;
    std::string session_id;  // "sid", or empty
    Assurance assurance = Assurance::none;
    friend bool operator==(const IdToken&, const IdToken&) = default;
};

struct ExpectedIdToken {
    const IssuerSettings& issuer;
    std::string_view type;   // "typ" of the header, or empty
    std::string_view nonce;  // that was sent with the request
    base::Timestamp now;
};
// §3.1.3.7, for claims (JSON text) whose signature is the issuer's. Fails with unauthenticated,
// data.reason "malformed", "type", "issuer", "audience", "expired", "not_yet_valid" or "claims"
// (the nonce is another login's, or there is no sub). [any thread]
[[nodiscard]] Result<IdToken> read_id_token(std::string_view json, const ExpectedIdToken& expected);

}  // namespace samvev::access
