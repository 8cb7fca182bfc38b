#include <memory>

#include "access/claims.hpp"
#include "access/es256.hpp"
#include "access/jws.hpp"
#include "access/token_verifier.hpp"
#include "base/uuid.hpp"

namespace samvev::access {
namespace {

class DevelopmentVerifier final : public TokenVerifier {
public:
    DevelopmentVerifier(Es256Key key, const base::Clock& clock)
        : key_(std::move(key)), clock_(clock) {}

    using TokenVerifier::verify;
    Result<VerifiedActor> verify(std::string_view token) const override {
        SAMVEV_TRY(const std::string claims, open_es256_jws(key_, token));
        return read_claims(
            claims, {.issuer = development_issuer, .audience = token_audience, .now = clock_.now()}
        );
    }

private:
    const Es256Key key_;
    const base::Clock& clock_;
};

}  // namespace

Result<std::string> make_development_token(
    const DevelopmentKey& key, const DevelopmentToken& token, base::Timestamp now
) {
    SAMVEV_TRY(const Es256Key signer, Es256Key::from_pem(key.pem));
    base::RandomIdSource ids;
    const std::string token_id = ids.make(now).text();
    const std::string claims = write_claims(
        {.actor = token.actor,
         .issuer = token.issuer,
         .audience = token_audience,
         .token_id = token_id,
         .now = now,
         .lifetime = token.lifetime}
    );
    // What no verifier would accept is refused where the mistake is made, with the same words.
    const auto readable =
        read_claims(claims, {.issuer = token.issuer, .audience = token_audience, .now = now});
    if (!readable) {
        return fail(ErrorCode::invalid_argument, readable.error().message, readable.error().data);
    }
    return make_es256_jws(signer, claims);
}

Result<std::unique_ptr<TokenVerifier>> make_development_verifier(
    const DevelopmentKey& key, const base::Clock& clock
) {
    SAMVEV_TRY(Es256Key verifier_key, Es256Key::from_pem(key.pem));
    return std::make_unique<DevelopmentVerifier>(std::move(verifier_key), clock);
}

}  // namespace samvev::access
