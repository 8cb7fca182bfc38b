#pragma once

#include <memory>

#include "access/directory.hpp"
#include "access/jwt_verifier.hpp"
#include "access/token_verifier.hpp"
#include "base/clock.hpp"

namespace samvev::access {

// Tokens of the configured issuers: the signature and claims by `tokens`, the binding to a key as
// the issuer's settings ask, the tenant by the organisation in the token, and who that is there by
// `directory`. A program's actor is service/<name>; acting for its consumer by delegation, it is on
// behalf of organisation/<number>. A person acts for a consumer's or chosen organisation's tenant.
[[nodiscard]] std::unique_ptr<TokenVerifier> make_issuer_token_verifier(
    std::unique_ptr<JwtVerifier> tokens, std::unique_ptr<Directory> directory,
    const base::Clock& clock
);

}  // namespace samvev::access
