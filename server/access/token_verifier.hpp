#pragma once

#include <memory>
#include <optional>
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

// What the caller asks to be, within what the token allows. Texts are empty when nothing is asked.
struct Capacity {
    std::string_view unit{};          // UUID text: which of their units a staff member acts for
    std::string_view representing{};  // the organisation that the token must speak for
    std::string_view purpose{};       // "coordination", …; of citizens by default "own-case"
};

// A token as it came, with what came beside it. The texts outlive the call.
struct PresentedToken {
    std::string_view token;
    std::optional<ProofOfPossession> proof;  // when it came as DPoP, not as Bearer
    Capacity capacity;
};

// Turns a token into an Actor. [any thread], never blocks.
// Fails with unauthenticated; data.reason is one of "malformed", "algorithm", "signature", "type",
// "expired", "not_yet_valid", "issuer", "audience", "claims", "scope", "login_level" (data.acr: the
// level asked for), "proof", "tenant" (of no tenant here), "unknown" (nobody here), "unit" (not one
// of theirs, or one of data.units must be chosen) or "revoked". Fails with denied when the token
// does not speak for the organisation asked for; with unavailable, retryAfterMs, while the issuer's
// keys are being fetched; with overloaded when more proofs than can be remembered are used. The
// message never quotes the token.
class TokenVerifier {
public:
    TokenVerifier() = default;
    TokenVerifier(const TokenVerifier&) = delete;
    TokenVerifier& operator=(const TokenVerifier&) = delete;
    virtual ~TokenVerifier() = default;
    [[nodiscard]] virtual Result<VerifiedActor> verify(const PresentedToken& presented) const = 0;
    // A token that came by itself, as Bearer.
    [[nodiscard]] Result<VerifiedActor> verify(std::string_view token) const;
    // Ends the logins that an issuer's logout token names: their tokens are refused from now on,
    // also after a restart. Waits for the disk. Fails as verify(), and with unsupported where no
    // issuer is asked; unavailable when it is not durable.
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
// {"tenant":9999,"kind":"staff","roles":[…],"unit":"…","purpose":"…","level":"high"}.
[[nodiscard]] Result<std::string> make_development_token(
    const DevelopmentKey& key, const DevelopmentToken& token, base::Timestamp now
);
// `key` and `clock` outlive the verifier. ES256 only; iss, aud, exp, nbf, claims checked; 60 s
// leeway.
[[nodiscard]] Result<std::unique_ptr<TokenVerifier>> make_development_verifier(
    const DevelopmentKey& key, const base::Clock& clock
);

}  // namespace samvev::access
