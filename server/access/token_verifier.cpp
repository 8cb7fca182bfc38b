#include "access/token_verifier.hpp"

#include "access/compact_jws.hpp"

namespace samvev::access {

Result<VerifiedActor> TokenVerifier::verify(
    std::string_view /*token*/, const ProofOfPossession& /*proof*/
) const {
    return refuse_token(
        "proof", "tokens of this server are not bound to keys: send them as Bearer"
    );
}

Result<EndedLogin> TokenVerifier::end_login(std::string_view /*logout_token*/) const {
    return fail(ErrorCode::unsupported, "no issuer's logins are known here, so none can be ended");
}

}  // namespace samvev::access
