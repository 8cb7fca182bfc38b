#include "access/jws.hpp"

#include "base/digest.hpp"

namespace samvev::access {
namespace {

constexpr std::string_view header_json = R"({"alg":"ES256","typ":"at+jwt"})";

}  // namespace

Result<std::string> open_es256_jws(const Es256Key& key, std::string_view token) {
    SAMVEV_TRY(CompactJws jws, parse_compact_jws(token));
    if (jws.algorithm != "ES256") {
        return refuse_token(
            "algorithm", "the token is not signed with ES256, the only algorithm here"
        );
    }
    if (jws.type != "JWT" && jws.type != "at+jwt") {
        return refuse_token("malformed", "the token's typ is neither JWT nor at+jwt");
    }
    if (!key.verify(jws.signed_bytes, jws.signature)) {
        return refuse_token(
            "signature", "the token's signature is not valid for this server's key"
        );
    }
    return std::move(jws.claims);
}

Result<std::string> make_es256_jws(const Es256Key& key, std::string_view claims) {
    std::string token = base::to_base64url(header_json);
    token.push_back('.');
    token.append(base::to_base64url(claims));
    SAMVEV_TRY(const std::string signature, key.sign(token));
    token.push_back('.');
    token.append(base::to_base64url(signature));
    return token;
}

}  // namespace samvev::access
