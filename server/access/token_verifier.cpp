#include "access/token_verifier.hpp"

#include "access/compact_jws.hpp"

namespace samvev::access {

Result<Actor> TokenVerifier::verify(
    std::string_view /*token*/, const ProofOfPossession& /*proof*/
) const {
    return refuse_token(
        "proof", "tokens of this server are not bound to keys: send them as Bearer"
    );
}

}  // namespace samvev::access
