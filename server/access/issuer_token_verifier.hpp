#pragma once

#include <memory>

#include "access/directory.hpp"
#include "access/jwt_verifier.hpp"
#include "access/revocations.hpp"
#include "access/token_verifier.hpp"
#include "base/clock.hpp"

namespace samvev::access {

// Tokens of the configured issuers: the signature and claims by `tokens`, the binding to a key as
// the issuer's settings ask, and whom they speak for by find_actor() and `directory`. What is
// passed outlives it.
[[nodiscard]] std::unique_ptr<TokenVerifier> make_issuer_token_verifier(
    JwtVerifier& tokens, const Directory& directory, Revocations& revocations,
    const base::Clock& clock
);

}  // namespace samvev::access
