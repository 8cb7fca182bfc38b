#include <memory>

#include "access/claims.hpp"
#include "access/compact_jws.hpp"
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
    Result<VerifiedActor> verify(const PresentedToken& presented) const override {
        if (presented.proof) {
            return refuse_token(
                "proof", "tokens of this server are not bound to keys: send them as Bearer"
            );
        }
        SAMVEV_TRY(const std::string claims, open_es256_jws(key_, presented.token));
        SAMVEV_TRY(
            VerifiedActor actor,
            read_claims(
                claims,
                {.issuer = development_issuer, .audience = token_audience, .now = clock_.now()}
            )
        );
        SAMVEV_CHECK_OK(take_on(actor, presented.capacity));
        return actor;
    }

private:
    // Such a token says all that its bearer may be.
    static Result<void> take_on(Actor& actor, const Capacity& capacity) {
        if (!capacity.unit.empty() && capacity.unit != actor.unit) {
            return refuse_token("unit", "the token is not for that unit: make one with --unit");
        }
        if (!capacity.representing.empty()) {
            return fail(ErrorCode::denied, "tokens of this server speak for no organisation");
        }
        if (!capacity.purpose.empty()) {
            actor.purpose = capacity.purpose;
        }
        return {};
    }

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
