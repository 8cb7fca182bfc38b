#include "access/jwk_set.hpp"

#include <catch2/catch.hpp>

#include "base/limits.hpp"
#include "support/token_mint.hpp"

using namespace samvev;
using access::Algorithm;
using access::JwkSet;
using test::MintKey;

TEST_CASE("A set holds the keys that can be used and names the others", "[access][jwks]") {
    const MintKey rsa = MintKey::rsa(2048);
    const MintKey curve = MintKey::on_curve("P-256");
    const auto set = JwkSet::parse(
        R"({"keys":[)" + rsa.jwk("a", R"(,"x5c":["no certificate"],"x5u":"http://evil.example/")") +
        "," + curve.jwk("b") + "," + rsa.jwk("c", R"(,"use":"enc")") +
        R"(,{"kty":"oct","k":"AA"},7,)" + rsa.jwk("") + "]}"
    );
    REQUIRE(set);
    CHECK(set->size() == 2);
    CHECK(set->skipped().size() == 4);
    CHECK(set->find("a", Algorithm::rs256) != nullptr);
    CHECK(set->find("a", Algorithm::es256) == nullptr);
    CHECK(set->find("b", Algorithm::es256) != nullptr);
    CHECK(set->find("b", Algorithm::es384) == nullptr);
    CHECK(set->find("c", Algorithm::rs256) == nullptr);
    CHECK(set->find("", Algorithm::rs256) == nullptr);
}

TEST_CASE("Two keys of one kid that both fit are no key", "[access][jwks]") {
    const std::string first = MintKey::on_curve("P-256").jwk("same");
    const std::string second = MintKey::on_curve("P-256").jwk("same");
    const std::string third = MintKey::on_curve("P-384").jwk("same");
    const auto set = JwkSet::parse(R"({"keys":[)" + first + "," + second + "," + third + "]}");
    REQUIRE(set);
    CHECK(set->find("same", Algorithm::es256) == nullptr);
    CHECK(set->find("same", Algorithm::es384) != nullptr);
}

TEST_CASE("What is no key set is refused", "[access][jwks]") {
    const std::string key = MintKey::on_curve("P-256").jwk("k");
    std::string many = key;
    for (std::size_t i = 0; i < limits::key_set_keys_max; ++i) {
        many += "," + key;
    }
    for (const std::string& text :
         {std::string(), std::string("[]"), std::string("{}"), std::string(R"({"keys":{}})"),
          std::string(R"({"keys":[]})"), std::string(R"({"keys":[{"kty":"oct","k":"AA"}]})"),
          R"({"keys":[)" + key + R"(],"keys":[]})", R"({"keys":[)" + key + "]",
          R"({"keys":[)" + many + "]}",
          R"({"keys":[)" + key + R"(],"x":")" + std::string(limits::key_set_bytes_max, 'x') + "\"}"
         }) {
        INFO(text.substr(0, 200));
        const auto set = JwkSet::parse(text);
        REQUIRE_FALSE(set);
        CHECK(set.error().code == ErrorCode::invalid_argument);
    }
}
