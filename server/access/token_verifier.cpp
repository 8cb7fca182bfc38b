#include "access/token_verifier.hpp"

namespace samvev::access {

Result<VerifiedActor> TokenVerifier::verify(std::string_view token) const {
    return verify(PresentedToken{.token = token, .proof = {}, .capacity = {}});
}

Result<EndedLogin> TokenVerifier::end_login(std::string_view /*logout_token*/) const {
    return fail(ErrorCode::unsupported, "no issuer's logins are known here, so none can be ended");
}

}  // namespace samvev::access
