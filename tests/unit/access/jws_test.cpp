#include "access/jws.hpp"

#include <catch2/catch.hpp>

#include "base/digest.hpp"

using namespace samvev;
using access::Es256Key;

TEST_CASE(
    "ES256 signatures are 64 bytes and hold for these bytes and this key only", "[access][es256]"
) {
    const auto key = Es256Key::make();
    const auto other = Es256Key::make();
    REQUIRE(key);
    REQUIRE(other);
    for (int i = 0; i < 50; ++i) {  // r and s of less than 32 bytes occur now and then.
        const std::string text = "claims " + std::to_string(i);
        const auto signature = key->sign(text);
        REQUIRE(signature);
        CHECK(signature->size() == 64);
        CHECK(key->verify(text, *signature));
        CHECK_FALSE(key->verify(text + " ", *signature));
        CHECK_FALSE(other->verify(text, *signature));
    }
    CHECK_FALSE(key->verify("text", std::string(64, '\0')));  // CVE-2022-21449: r = s = 0.
    CHECK_FALSE(key->verify("text", std::string(64, '\xff')));
    CHECK_FALSE(key->verify("text", ""));
}

TEST_CASE("The example of RFC 7515 A.3 verifies", "[access][es256]") {
    // The RFC's key as PKCS #8; the token's header has no typ, so only the signature is looked at.
    constexpr std::string_view signed_bytes =
        "eyJhbGciOiJFUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv"
        "bS9pc19yb290Ijp0cnVlfQ";
    const std::string signature(
        "\x0e\xd1\x21\x53\x79\x63\x6c\x48\x3c\x2f\x7f\x15\x58\x07\xd4\x02\xa3\xb2\x28\x03\x3a\xf9"
        "\x7c"
        "\x7e\x17\x81\x9a\xc3\x16\x9e\xa6\x65\xc5\x0a\x07\xd3\x8c\x3c\x70\xe5\xd8\xf1\x2d\xaf\x08"
        "\x4a"
        "\x54\x80\xa6\x65\x90\xc5\xf2\x93\x50\x9a\x8f\x3f\x7f\x8a\x83\xa3\x54\xd5",
        64
    );
    const auto key = Es256Key::from_pem(
        "-----BEGIN EC PRIVATE KEY-----\n"
        "MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n"
        "AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\n"
        "focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
        "-----END EC PRIVATE KEY-----\n"
    );
    REQUIRE(key);
    CHECK(key->verify(signed_bytes, signature));
}

TEST_CASE("What this server signs, it opens", "[access][jws]") {
    const auto key = Es256Key::make();
    REQUIRE(key);
    const auto token = access::make_es256_jws(*key, R"({"a":1})");
    REQUIRE(token);
    const auto claims = access::open_es256_jws(*key, *token);
    REQUIRE(claims);
    CHECK(*claims == R"({"a":1})");
    // ECDSA is randomised: the same claims never give the same token.
    CHECK(access::make_es256_jws(*key, R"({"a":1})").value() != *token);
}
