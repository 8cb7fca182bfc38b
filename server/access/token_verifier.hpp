#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "access/actor.hpp"
#include "access/token_identity.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace samvev::access {

// A proof that the caller holds the key a token is bound to (DPoP, RFC 9449), and what it is for.
struct ProofOfPossession {
    std::string_view proof;   // the JWT of the header DPoP
    std::string_view method;  // of the HTTP request: "GET", "POST"
    std::string_view uri;     // as the client sees it: https, no query
};

// An actor and the token that it came with. Nobody behind the doors knows of tokens.
struct VerifiedActor : Actor {
    TokenIdentity token;
};

// Turns a token into an Actor. [any thread], never blocks.
// Fails with unauthenticated; data.reason is one of "malformed", "algorithm", "signature", "type",
// "expired", "not_yet_valid", "issuer", "audience", "claims", "scope", "assurance", "proof",
// "tenant" (of no tenant here), "unknown" (nobody here) or "revoked". Fails with unavailable,
// retryAfterMs, while the issuer's keys are being fetched. The message never quotes the token.
class TokenVerifier {
public:
    TokenVerifier() = default;
    TokenVerifier(const TokenVerifier&) = delete;
    TokenVerifier& operator=(const TokenVerifier&) = delete;
    virtual ~TokenVerifier() = default;
    // A token that came by itself, as Bearer.
    [[nodiscard]] virtual Result<VerifiedActor> verify(std::string_view token) const = 0;
    // A token that came as DPoP. Fails also with overloaded, when more proofs than can be
    // remembered are used.
    [[nodiscard]] virtual Result<VerifiedActor> verify(
        std::string_view token, const ProofOfPossession& proof
    ) const;
    // Ends the logins that an issuer's logout token names: their tokens are refused from now on.
    // Fails as verify(), and with unsupported where no issuer is asked.
    [[nodiscard]] virtual Result<EndedLogin> end_login(std::string_view logout_token) const;
};

inline constexpr std::string_view development_issuer = "samvev-dev";
inline constexpr std::string_view token_audience = "samvev";

// The local development key (EC P-256, PEM) in `directory`/dev-key.pem, made with mode 0600 when
// missing. Only for `--dev` on a loopback listener.
struct DevelopmentKey {
    std::string pem;
};
[[nodiscard]] Result<DevelopmentKey> load_or_make_development_key(const std::string& directory);

struct DevelopmentToken {
    Actor actor;
    std::string issuer{development_issuer};
    std::chrono::seconds lifetime{std::chrono::hours(8)};
};
// An ES256 JWT (RFC 7519): iss, aud, sub, iat, nbf, exp, jti and samvev claims
// {"tenant":9999,"kind":"staff","roles":[…],"unit":"…","purpose":"…"}.
[[nodiscard]] Result<std::string> make_development_token(
    const DevelopmentKey& key, const DevelopmentToken& token, base::Timestamp now
);
// `key` and `clock` outlive the verifier. ES256 only; iss, aud, exp, nbf, claims checked; 60 s
// leeway.
[[nodiscard]] Result<std::unique_ptr<TokenVerifier>> make_development_verifier(
    const DevelopmentKey& key, const base::Clock& clock
);

}  // namespace samvev::access
