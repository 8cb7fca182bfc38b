#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "access/actor.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace samvev::access {

// Turns a bearer token into an Actor. [any thread]
// Fails with unauthenticated; data.reason is one of "malformed", "algorithm", "signature",
// "expired", "not_yet_valid", "issuer", "audience", "claims". The message never quotes the token.
class TokenVerifier {
public:
    TokenVerifier() = default;
    TokenVerifier(const TokenVerifier&) = delete;
    TokenVerifier& operator=(const TokenVerifier&) = delete;
    virtual ~TokenVerifier() = default;
    [[nodiscard]] virtual Result<Actor> verify(std::string_view token) const = 0;
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
