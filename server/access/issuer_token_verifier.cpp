#include "access/issuer_token_verifier.hpp"

#include "access/compact_jws.hpp"
#include "access/proof_checker.hpp"
#include "access/revocations.hpp"

namespace samvev::access {
namespace {

class IssuerTokenVerifier final : public TokenVerifier {
public:
    IssuerTokenVerifier(
        std::unique_ptr<JwtVerifier> tokens, std::unique_ptr<Directory> directory,
        const base::Clock& clock
    )
        : tokens_(std::move(tokens)),
          directory_(std::move(directory)),
          proofs_(clock),
          revocations_(clock) {}

    Result<VerifiedActor> verify(std::string_view token) const override {
        SAMVEV_TRY(const JwtVerifier::Verified verified, verify_unrevoked(token));
        if (verified.issuer.proof == ProofPolicy::require) {
            return refuse_token(
                "proof",
                "tokens of this issuer must be bound to a key: send Authorization: DPoP and a proof"
            );
        }
        if (!verified.principal.confirmation.empty()) {
            return verified.issuer.proof == ProofPolicy::off
                       ? refuse_bound()
                       : refuse_token(
                             "proof",
                             "the token is bound to a key: send it as Authorization: DPoP and a "
                             "proof beside it"
                         );
        }
        return to_actor(verified);
    }

    Result<VerifiedActor> verify(std::string_view token, const ProofOfPossession& proof)
        const override {
        SAMVEV_TRY(const JwtVerifier::Verified verified, verify_unrevoked(token));
        if (verified.issuer.proof == ProofPolicy::off) {
            return refuse_bound();
        }
        if (verified.principal.confirmation.empty()) {
            return refuse_token("proof", "the token is bound to no key: send it as Bearer");
        }
        SAMVEV_CHECK_OK(proofs_.check(proof, token, verified.principal.confirmation));
        return to_actor(verified);
    }

    Result<EndedLogin> end_login(std::string_view logout_token) const override {
        SAMVEV_TRY(EndedLogin ended, tokens_->verify_logout(logout_token));
        revocations_.end(ended);
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

    Result<VerifiedActor> to_actor(const JwtVerifier::Verified& verified) const {
        const Principal& principal = verified.principal;
        VerifiedActor actor;
        SAMVEV_TRY(
            static_cast<Actor&>(actor),
            is_machine(principal) ? to_service(principal) : to_person(verified.issuer, principal)
        );
        actor.expires_at = principal.expires_at;
        actor.token = identity_of(principal);
        return actor;
    }

    static TokenIdentity identity_of(const Principal& principal) {
        return {
            .issuer = principal.issuer,
            .subject = principal.subject,
            .session_id = principal.session_id,
            .token_id = principal.token_id,
            .issued_at = principal.issued_at
        };
    }

    Result<JwtVerifier::Verified> verify_unrevoked(std::string_view token) const {
        SAMVEV_TRY(JwtVerifier::Verified verified, tokens_->verify(token));
        if (revocations_.has_ended(identity_of(verified.principal))) {
            return refuse_token("revoked", "the login was ended: log in again");
        }
        return verified;
    }

    Result<Actor> to_service(const Principal& principal) const {
        SAMVEV_TRY(const auto account, directory_->find_service(principal));
        if (!account) {
            return refuse_token(
                "unknown", "the token's organisation has no service account on this server"
            );
        }
        Actor actor;
        actor.kind = Actor::Kind::service;
        actor.tenant = account->tenant;
        actor.id = account->name;
        actor.roles = account->roles;
        if (principal.supplier) {
            actor.on_behalf_of = "organisation/" + principal.consumer->number;
        }
        return actor;
    }

    Result<Actor> to_person(const IssuerSettings& issuer, const Principal& principal) const {
        const ProfileRules& rules = rules_of(principal.profile);
        const bool chooses = rules.tenant == ProfileRules::Tenant::representing;
        const auto& organisation = chooses ? principal.representing : principal.consumer;
        if (!organisation) {
            return refuse_token(
                "tenant", chooses ? "the token represents no organisation: log in for one"
                                  : "the token names no organisation"
            );
        }
        const auto tenant = issuer.tenants.find(organisation->number);
        if (tenant == issuer.tenants.end()) {
            return refuse_token("tenant", "the token's organisation has no tenant on this server");
        }
        Actor actor;
        actor.kind = rules.person;
        actor.tenant = tenant->second;
        if (actor.kind == Actor::Kind::person) {
            SAMVEV_TRY(const auto id, directory_->find_person(actor.tenant, principal));
            if (!id) {
                return refuse_unknown();
            }
            actor.id = id->text();
            return actor;
        }
        SAMVEV_TRY(auto member, directory_->find_staff(actor.tenant, principal));
        if (!member) {
            return refuse_unknown();
        }
        actor.id = member->id.text();
        actor.roles = std::move(member->roles);
        actor.unit = std::move(member->unit);
        return actor;
    }

    static tl::unexpected<Error> refuse_unknown() {
        return refuse_token(
            "unknown", "the token is good, but nobody here is known by it: ask to be registered"
        );
    }

    const std::unique_ptr<JwtVerifier> tokens_;
    const std::unique_ptr<Directory> directory_;
    mutable ProofChecker proofs_;
    mutable Revocations revocations_;
};

}  // namespace

std::unique_ptr<TokenVerifier> make_issuer_token_verifier(
    std::unique_ptr<JwtVerifier> tokens, std::unique_ptr<Directory> directory,
    const base::Clock& clock
) {
    return std::make_unique<IssuerTokenVerifier>(std::move(tokens), std::move(directory), clock);
}

}  // namespace samvev::access
