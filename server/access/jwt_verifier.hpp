#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "access/id_token.hpp"
#include "access/issuer.hpp"
#include "access/issuer_keys.hpp"
#include "access/principal.hpp"
#include "access/token_identity.hpp"
#include "base/result.hpp"

namespace samvev::access {

// Checks tokens of the configured issuers (RFC 7519, RFC 8725; each profile's own rules stand in
// issuer_profile.cpp). [any thread], never blocks.
class JwtVerifier {
public:
    JwtVerifier() = default;
    JwtVerifier(const JwtVerifier&) = delete;
    JwtVerifier& operator=(const JwtVerifier&) = delete;
    virtual ~JwtVerifier() = default;

    struct Verified {
        Principal principal;
        const IssuerSettings& issuer;  // lives as long as the verifier
    };
    // Fails with unauthenticated, data.reason "malformed", "algorithm", "signature" or one of
    // read_issuer_claims; or with unavailable while the issuer's keys are being fetched. The
    // message never quotes the token.
    [[nodiscard]] virtual Result<Verified> verify(std::string_view token) = 0;
    // A logout token of one of the issuers. Fails likewise, with the reasons of
    // read_logout_claims().
    [[nodiscard]] virtual Result<EndedLogin> verify_logout(std::string_view token) = 0;
    // An id_token of one of the issuers, given to the client of its settings for the login with
    // that nonce. Fails likewise, with the reasons of read_id_token().
    [[nodiscard]] virtual Result<IdToken> verify_id_token(
        std::string_view token, std::string_view nonce
    ) = 0;
};

// Keys in files are read now; those behind an address are fetched on the executor, which has
// stopped before the verifier is destroyed. Fails with invalid_argument (an issuer's settings are
// unsafe, or two have the same name) and as KeySource does for files.
[[nodiscard]] Result<std::unique_ptr<JwtVerifier>> make_jwt_verifier(
    std::vector<IssuerSettings> issuers, const IssuerKeysParts& parts
);

}  // namespace samvev::access
