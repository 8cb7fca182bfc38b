#include "access/issuer_token_verifier.hpp"

#include "access/compact_jws.hpp"
#include "access/principal_actor.hpp"
#include "access/proof_checker.hpp"

namespace samvev::access {
namespace {

class IssuerTokenVerifier final : public TokenVerifier {
public:
    IssuerTokenVerifier(
        JwtVerifier& tokens, const Directory& directory, Revocations& revocations,
        const base::Clock& clock
    )
        : tokens_(tokens), directory_(directory), revocations_(revocations), proofs_(clock) {}

    using TokenVerifier::verify;
    Result<VerifiedActor> verify(const PresentedToken& presented) const override {
        SAMVEV_TRY(const JwtVerifier::Verified verified, verify_unrevoked(presented.token));
        SAMVEV_CHECK_OK(
            presented.proof ? check_proof(verified, presented) : check_unbound(verified)
        );
        return find_actor(verified.issuer, verified.principal, presented.capacity, directory_);
    }

    Result<EndedLogin> end_login(std::string_view logout_token) const override {
        SAMVEV_TRY(EndedLogin ended, tokens_.verify_logout(logout_token));
        SAMVEV_CHECK_OK(revocations_.end(ended));
        return ended;
    }

private:
    static tl::unexpected<Error> refuse_bound() {
        return refuse_token(
            "proof",
            "tokens of this issuer that are bound to a key are not taken: the server's operator "
            "can set dpop to allow or require"
        );
    }

    static Result<void> check_unbound(const JwtVerifier::Verified& verified) {
        if (verified.issuer.proof == ProofPolicy::require) {
            return refuse_token(
                "proof",
                "tokens of this issuer must be bound to a key: send Authorization: DPoP and a proof"
            );
        }
        if (verified.principal.confirmation.empty()) {
            return {};
        }
        if (verified.issuer.proof == ProofPolicy::off) {
            return refuse_bound();
        }
        return refuse_token(
            "proof",
            "the token is bound to a key: send it as Authorization: DPoP and a proof beside it"
        );
    }

    Result<void> check_proof(const JwtVerifier::Verified& verified, const PresentedToken& presented)
        const {
        if (verified.issuer.proof == ProofPolicy::off) {
            return refuse_bound();
        }
        if (verified.principal.confirmation.empty()) {
            return refuse_token("proof", "the token is bound to no key: send it as Bearer");
        }
        return proofs_.check(*presented.proof, presented.token, verified.principal.confirmation);
    }

    Result<JwtVerifier::Verified> verify_unrevoked(std::string_view token) const {
        SAMVEV_TRY(JwtVerifier::Verified verified, tokens_.verify(token));
        if (revocations_.has_ended(identity_of(verified.principal))) {
            return refuse_token("revoked", "the login was ended: log in again");
        }
        return verified;
    }

    JwtVerifier& tokens_;
    const Directory& directory_;
    Revocations& revocations_;
    mutable ProofChecker proofs_;
};

}  // namespace

std::unique_ptr<TokenVerifier> make_issuer_token_verifier(
    JwtVerifier& tokens, const Directory& directory, Revocations& revocations,
    const base::Clock& clock
) {
    return std::make_unique<IssuerTokenVerifier>(tokens, directory, revocations, clock);
}

}  // namespace samvev::access
