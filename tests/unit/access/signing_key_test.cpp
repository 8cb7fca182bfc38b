#include "access/signing_key.hpp"

#include <catch2/catch.hpp>

#include "access/compact_jws.hpp"
#include "access/jwk.hpp"
#include "support/token_mint.hpp"

using namespace samvev;
using access::Algorithm;
using access::SigningKey;
using test::MintKey;

namespace {

SigningKey parsed(const std::string& text) {
    auto key = SigningKey::parse(text);
    if (!key) {
        FAIL(key.error().message);
    }
    return std::move(*key);
}

// What anybody with the public half finds of a token that the key has signed.
bool is_believed(const SigningKey& key, Algorithm algorithm, const std::string& public_jwk) {
    const auto token =
        key.sign(algorithm, base::JsonObject().text("typ", "test+jwt"), R"({"sub":"x"})");
    REQUIRE(token);
    const auto jws = access::parse_compact_jws(*token);
    REQUIRE(jws);
    CHECK(jws->type == "test+jwt");
    CHECK(jws->claims == R"({"sub":"x"})");
    const auto jwk = access::Jwk::import(public_jwk);
    REQUIRE(jwk);
    return jwk->verify(*jws, algorithm);
}

ErrorCode code_of(const std::string& text) {
    const auto key = SigningKey::parse(text);
    REQUIRE_FALSE(key);
    return key.error().code;
}

}  // namespace

TEST_CASE("A key signs alike from PEM and from a JWK", "[access][signing-key]") {
    struct Case {
        MintKey key;
        Algorithm algorithm;
    };
    const std::vector<Case> cases{
        {MintKey::rsa(2048), Algorithm::ps256},
        {MintKey::on_curve("P-256"), Algorithm::es256},
        {MintKey::on_curve("P-384"), Algorithm::es384},
        {MintKey::on_curve("P-521"), Algorithm::es512}
    };
    for (const Case& one : cases) {
        INFO(to_text(one.algorithm));
        const std::string public_jwk = one.key.jwk("k");
        const std::string thumbprint = access::Jwk::import(public_jwk)->thumbprint();
        for (const std::string& text : {one.key.private_pem(), one.key.private_jwk("k")}) {
            const SigningKey key = parsed(text);
            REQUIRE(key.choose({}) == one.algorithm);
            CHECK(is_believed(key, one.algorithm, public_jwk));
            CHECK(access::Jwk::import(key.public_jwk())->thumbprint() == thumbprint);
            CHECK(key.public_jwk().find("\"d\"") == std::string::npos);
            CHECK_FALSE(is_believed(key, one.algorithm, MintKey::rsa(2048).jwk("k")));
        }
    }
}

TEST_CASE("What a key signs with, the other side and the JWK decide", "[access][signing-key]") {
    const MintKey rsa = MintKey::rsa(2048);
    const SigningKey key = parsed(rsa.private_pem());
    CHECK(key.key_id().empty());
    CHECK(key.choose(std::vector<std::string>{"ES256", "RS256"}) == Algorithm::rs256);
    CHECK(key.choose(std::vector<std::string>{"RS256", "PS256"}) == Algorithm::ps256);
    CHECK_FALSE(key.choose(std::vector<std::string>{"ES256"}));
    CHECK(is_believed(key, Algorithm::rs256, rsa.jwk("k")));
    const SigningKey bound = parsed(rsa.private_jwk("mine", R"(,"alg":"RS384")"));
    CHECK(bound.key_id() == "mine");
    CHECK(bound.choose({}) == Algorithm::rs384);
    CHECK_FALSE(bound.choose(std::vector<std::string>{"RS256"}));
    CHECK(is_believed(bound, Algorithm::rs384, rsa.jwk("k")));
    CHECK(
        is_believed(*SigningKey::make(), Algorithm::es256, MintKey::on_curve("P-256").jwk("k")) ==
        false
    );
}

TEST_CASE("What is no key of ours is refused", "[access][signing-key]") {
    const MintKey curve = MintKey::on_curve("P-256");
    for (const std::string& text :
         {std::string(), std::string("key"), std::string("{}"), curve.public_pem(), curve.jwk("k"),
          MintKey::rsa(2048).jwk("k"), MintKey::rsa(1024).private_pem(),
          MintKey::rsa(1024).private_jwk("k"), curve.private_jwk("k", R"(,"alg":"RS256")"),
          std::string("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")}) {
        INFO(text.substr(0, 40));
        CHECK(code_of(text) == ErrorCode::invalid_argument);
    }
}
