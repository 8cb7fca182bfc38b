#include "access/base64url.hpp"
#include "access/compact_jws.hpp"
#include "base/assert.hpp"
#include "support/token_mint.hpp"
#include "target.hpp"

// Tokens as they stand in a header, and the base64url in them.
namespace samvev::fuzz {

std::vector<std::string> seeds() {
    const auto key = test::MintKey::on_curve("P-256");
    return {
        key.token(
            R"({"alg":"ES256","typ":"at+jwt","kid":"k"})", R"({"iss":"https://i.example"})",
            access::Algorithm::es256
        ),
        test::signing_input(R"({"alg":"none"})", "{}") + ".",
        test::signing_input(R"({"alg":"RS256","crit":["b64"],"b64":false})", "{}") + ".AAAA",
    };
}

void try_input(std::string_view input) {
    if (const auto bytes = access::from_base64url(input)) {
        SAMVEV_ASSERT(bytes->size() == input.size() * 3 / 4);
    }
    if (const auto jws = access::parse_compact_jws(input)) {
        SAMVEV_ASSERT(jws->token.data() == input.data());
        SAMVEV_ASSERT(input.substr(0, jws->signed_bytes.size()) == jws->signed_bytes);
        SAMVEV_ASSERT(input.size() <= access::token_bytes_max);
        // One token has one spelling: what stands behind the signed bytes is the signature.
        const std::string_view last = input.substr(jws->signed_bytes.size() + 1);
        SAMVEV_ASSERT(access::from_base64url(last) == jws->signature);
    }
}

}  // namespace samvev::fuzz
