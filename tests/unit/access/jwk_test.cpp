#include "access/jwk.hpp"

#include <catch2/catch.hpp>

#include "base/digest.hpp"
#include "support/token_mint.hpp"

using namespace samvev;
using access::Algorithm;
using access::Jwk;
using test::MintKey;

namespace {

// RFC 7515 A.2 and A.3; both have the claims of A.1.
constexpr std::string_view rfc_rs256_jwk =
    R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddx)"
    R"(HmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMs)"
    R"(D1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSH)"
    R"(SXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdV)"
    R"(MTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8)"
    R"(NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"})";
constexpr std::string_view rfc_rs256_token =
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ."
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
    "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO"
    "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
constexpr std::string_view rfc_es256_jwk =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
constexpr std::string_view rfc_es256_token =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

bool verifies(const Jwk& key, std::string_view token, Algorithm algorithm) {
    const auto jws = access::parse_compact_jws(token);
    REQUIRE(jws);
    return key.verify(*jws, algorithm);
}

std::string why_not(std::string_view json) {
    const auto key = Jwk::import(json);
    return key ? "taken" : key.error().message;
}

}  // namespace

TEST_CASE("The examples of RFC 7515 A.2 and A.3 verify, and nothing near them", "[access][jwk]") {
    const auto rsa = Jwk::import(rfc_rs256_jwk);
    const auto curve = Jwk::import(rfc_es256_jwk);
    REQUIRE(rsa);
    REQUIRE(curve);
    CHECK(verifies(*rsa, rfc_rs256_token, Algorithm::rs256));
    CHECK(verifies(*curve, rfc_es256_token, Algorithm::es256));
    // Another algorithm than the header says, whatever the caller allows.
    CHECK_FALSE(verifies(*rsa, rfc_rs256_token, Algorithm::ps256));
    CHECK_FALSE(verifies(*rsa, rfc_es256_token, Algorithm::es256));
    CHECK_FALSE(verifies(*curve, rfc_rs256_token, Algorithm::rs256));
    std::string changed(rfc_rs256_token);
    changed[60] = changed[60] == 'A' ? 'B' : 'A';
    const auto jws = access::parse_compact_jws(changed);
    CHECK_FALSE((jws && rsa->verify(*jws, Algorithm::rs256)));
}

TEST_CASE("The example of RFC 7638 has its thumbprint", "[access][jwk]") {
    const auto key = Jwk::import(
        R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7)"
        R"(aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-)"
        R"(65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-)"
        R"(bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":)"
        R"("AQAB","alg":"RS256","kid":"2011-04-29"})"
    );
    REQUIRE(key);
    CHECK(key->key_id() == "2011-04-29");
    CHECK(key->thumbprint() == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

TEST_CASE("Each algorithm is verified with a key of its own kind only", "[access][jwk]") {
    const MintKey rsa = MintKey::rsa(2048);
    const std::pair<Algorithm, MintKey> pairs[] = {
        {Algorithm::rs256, rsa},
        {Algorithm::rs384, rsa},
        {Algorithm::rs512, rsa},
        {Algorithm::ps256, rsa},
        {Algorithm::ps384, rsa},
        {Algorithm::ps512, rsa},
        {Algorithm::es256, MintKey::on_curve("P-256")},
        {Algorithm::es384, MintKey::on_curve("P-384")},
        {Algorithm::es512, MintKey::on_curve("P-521")},
    };
    for (const auto& [algorithm, signer] : pairs) {
        INFO(to_text(algorithm));
        const std::string header = R"({"alg":")" + std::string(to_text(algorithm)) + R"("})";
        const std::string token = signer.token(header, "{}", algorithm);
        for (const auto& [other, holder] : pairs) {
            const auto key = Jwk::import(holder.jwk("k"));
            REQUIRE(key);
            const bool same_key = holder.jwk("k") == signer.jwk("k");
            CHECK(verifies(*key, token, algorithm) == same_key);
            if (other != algorithm) {
                CHECK_FALSE(verifies(*key, token, other));
            }
        }
    }
}

TEST_CASE("ES256 signatures are 64 bytes of r||s and never DER", "[access][jwk]") {
    const MintKey signer = MintKey::on_curve("P-256");
    const auto key = Jwk::import(signer.jwk("k"));
    REQUIRE(key);
    const std::string input = test::signing_input(R"({"alg":"ES256"})", "{}");
    const auto with = [&](std::string_view signature) {
        return verifies(*key, input + "." + base::to_base64url(signature), Algorithm::es256);
    };
    const std::string good = signer.sign(input, Algorithm::es256);
    CHECK(with(good));
    CHECK_FALSE(with(signer.sign_der(input)));
    CHECK_FALSE(with(good.substr(0, 63)));
    CHECK_FALSE(with(good + std::string(1, '\0')));
    CHECK_FALSE(with(std::string(64, '\0')));  // CVE-2022-21449.
    CHECK_FALSE(with(std::string(64, '\xff')));
}

TEST_CASE("A JWK's own alg, use and key_ops bind it", "[access][jwk]") {
    const MintKey rsa = MintKey::rsa(2048);
    const auto bound =
        Jwk::import(rsa.jwk("k", R"(,"alg":"PS256","use":"sig","key_ops":["verify"])"));
    REQUIRE(bound);
    CHECK(bound->fits(Algorithm::ps256));
    CHECK_FALSE(bound->fits(Algorithm::rs256));
    CHECK(why_not(rsa.jwk("k", R"(,"use":"enc")")) == "its use is not sig");
    CHECK(why_not(rsa.jwk("k", R"(,"key_ops":["encrypt"])")) == "its key_ops do not hold verify");
    CHECK(why_not(rsa.jwk("k", R"(,"alg":"RSA-OAEP")")) == "its alg is none of RS, PS and ES");
    CHECK(why_not(rsa.jwk("k", R"(,"alg":"HS256")")) == "its alg is none of RS, PS and ES");
}

TEST_CASE("Keys that are weak, of another kind or off their curve are refused", "[access][jwk]") {
    CHECK(
        why_not(MintKey::rsa(1024).jwk("k")) == "an RSA key has 2048 to 8192 bits, this one 1024"
    );
    CHECK(
        why_not(R"({"kty":"oct","k":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"})") ==
        "its kty is neither RSA nor EC"
    );
    CHECK(
        why_not(R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"
        ) == "its kty is neither RSA nor EC"
    );
    CHECK(
        why_not(R"({"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"})") ==
        "its curve is not P-256, P-384 or P-521"
    );
    // y of RFC 7515 A.3 with its last bit changed.
    CHECK(
        why_not(R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5aw"})"
        ) == "it is not a public key: a point must lie on its curve"
    );
    CHECK(
        why_not(R"({"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"})") ==
        "x or y is not a coordinate of its curve"
    );
    for (const std::string_view exponent : {"AQ", "Ag", "", "AAAAAAAAAAAB"}) {
        INFO(exponent);
        std::string jwk(rfc_rs256_jwk);
        jwk.replace(jwk.find("AQAB"), 4, exponent);
        CHECK(why_not(jwk) == "e is not an odd number from 3 on");
    }
    CHECK(why_not("[]") == "not a JSON object without duplicate keys");
    CHECK(why_not(R"({"kty":"RSA","kty":"EC"})") == "not a JSON object without duplicate keys");
}
