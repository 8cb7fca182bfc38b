// One test for each line of the checklist (RFC 8725 and its successor's draft).

#include "access/jwt_verifier.hpp"

#include <openssl/hmac.h>

#include "access/compact_jws.hpp"
#include "base/digest.hpp"
#include "unit/access/issuer_fixture.hpp"

using namespace samvev;
using access::Algorithm;
using access::IssuerSettings;
using access::Profile;
using test::changed;
using test::Members;
using test::to_json;

namespace {

constexpr std::string_view issuer_name = "https://issuer.example/";

IssuerSettings trusted() {
    IssuerSettings issuer;
    issuer.profile = Profile::rfc9068;
    issuer.issuer = issuer_name;
    issuer.keys = {.kind = access::KeySource::Kind::file, .place = "keys.json"};
    issuer.audience = "https://samvev.example";
    issuer.tenants = {{"991825827", 9999}};
    return issuer;
}

const Members good_header{{"alg", R"("ES256")"}, {"typ", R"("at+jwt")"}, {"kid", R"("es")"}};
const Members good_claims{
    {"iss", R"("https://issuer.example/")"},
    {"aud", R"("https://samvev.example")"},
    {"sub", R"("5f3c")"},
    {"client_id", R"("samvev-web")"},
    {"iat", "1799999990"},
    {"exp", "1800000300"},
    {"jti", R"("j1")"},
    {"consumer", R"({"authority":"iso6523-actorid-upis","ID":"0192:991825827"})"},
};

struct Door : test::Issuers {
    std::unique_ptr<access::JwtVerifier> tokens = verifier({trusted()});

    [[nodiscard]] std::string verdict(std::string_view token) const {
        const auto verified = tokens->verify(token);
        if (!verified) {
            // Neither message nor data may quote a token: they end up in logs.
            const std::string told = verified.error().message + verified.error().data;
            for (const std::string_view secret : {"5f3c", "eyJ", "evil"}) {
                CHECK(told.find(secret) == std::string::npos);
            }
        }
        return test::reason_of(verified);
    }
    [[nodiscard]] std::string with(const Members& header, const Members& claims) const {
        return verdict(test::curve_key().token(
            to_json(changed(good_header, header)), to_json(changed(good_claims, claims)),
            Algorithm::es256
        ));
    }
    [[nodiscard]] std::string with_header(const Members& header) const { return with(header, {}); }
    [[nodiscard]] std::string with_claims(const Members& claims) const { return with({}, claims); }
};

}  // namespace

TEST_CASE("A good token is taken, and says what it said", "[access][jwt]") {
    const Door door;
    const auto verified = door.tokens->verify(
        test::curve_key().token(to_json(good_header), to_json(good_claims), Algorithm::es256)
    );
    REQUIRE(verified);
    CHECK(verified->principal.issuer == issuer_name);
    CHECK(verified->principal.subject == "5f3c");
    CHECK(verified->principal.client == "samvev-web");
    CHECK(verified->principal.token_id == "j1");
    CHECK(verified->principal.consumer->number == "991825827");
    CHECK(verified->principal.expires_at == test::noon + std::chrono::seconds(300));
    CHECK(verified->issuer.audience == "https://samvev.example");
}

TEST_CASE("3.1 The algorithm must be one of the issuer's and fit the key", "[access][jwt]") {
    Door door;
    const auto token = [](std::string_view algorithm, std::string_view kid) {
        const Members header = changed(
            good_header,
            {{"alg", '"' + std::string(algorithm) + '"'}, {"kid", '"' + std::string(kid) + '"'}}
        );
        return test::rsa_key().token(
            to_json(header), to_json(good_claims), access::find_algorithm(algorithm).value()
        );
    };
    CHECK(door.verdict(token("RS256", "rs")) == "accepted");
    CHECK(door.verdict(token("PS512", "rs")) == "accepted");
    CHECK(door.verdict(token("RS256", "es")) == "signature");  // A curve key never checks RS256.
    IssuerSettings narrow = trusted();
    narrow.algorithms = {Algorithm::es256};
    door.tokens = door.verifier({narrow});
    CHECK(door.verdict(token("RS256", "rs")) == "algorithm");
    CHECK(door.with({}, {}) == "accepted");
}

TEST_CASE("3.1 A public key is no HMAC secret (CVE-2026-48526 and its kin)", "[access][jwt]") {
    const Door door;
    for (const auto& [kid, secret] :
         {std::pair{"rs", test::rsa_key().public_pem()},
          {"es", test::curve_key().public_pem()},
          {"rs", test::rsa_key().jwk("rs")}}) {
        const Members header =
            changed(good_header, {{"alg", R"("HS256")"}, {"kid", '"' + std::string(kid) + '"'}});
        const std::string input = test::signing_input(to_json(header), to_json(good_claims));
        const auto mac = base::hmac_sha256(secret, input);
        CHECK(door.verdict(input + "." + base::to_base64url(base::as_view(mac))) == "algorithm");
    }
}

TEST_CASE("3.2 none, HS*, EdDSA and other spellings are refused outright", "[access][jwt]") {
    const Door door;
    for (const char* const algorithm :
         {"none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "EdDSA", "Ed25519", "ES256K",
          "es256", "RSA-OAEP", "dir", " ES256", "ES256 "}) {
        INFO(algorithm);
        const Members header = changed(good_header, {{"alg", '"' + std::string(algorithm) + '"'}});
        CHECK(door.with_header(header) == "algorithm");
        const std::string input = test::signing_input(to_json(header), to_json(good_claims));
        CHECK(door.verdict(input + ".") == "algorithm");
    }
    for (const char* const algorithm : {"7", "null", "[\"ES256\"]", "{}", ""}) {
        INFO(algorithm);
        CHECK(door.with_header({{"alg", algorithm}}) == "algorithm");
    }
}

TEST_CASE("3.2 An RSA key of less than 2048 bits verifies nothing", "[access][jwt]") {
    Door door;
    const test::MintKey weak = test::MintKey::rsa(1024);
    door.keys += "," + weak.jwk("weak");
    door.tokens = door.verifier({trusted()});
    const Members header = changed(good_header, {{"alg", R"("RS256")"}, {"kid", R"("weak")"}});
    CHECK(
        door.verdict(weak.token(to_json(header), to_json(good_claims), Algorithm::rs256)) ==
        "signature"
    );
}

TEST_CASE("3.3 Every byte of a token counts", "[access][jwt]") {
    const Door door;
    const std::string token =
        test::curve_key().token(to_json(good_header), to_json(good_claims), Algorithm::es256);
    CHECK(door.verdict(token) == "accepted");
    for (std::size_t i = 0; i < token.size(); i += 7) {
        INFO(i);
        std::string other = token;
        other[i] = other[i] == 'A' ? 'B' : 'A';
        if (other != token) {
            CHECK(door.verdict(other) != "accepted");
        }
    }
    const std::string others_claims = test::signing_input(
        to_json(good_header), to_json(changed(good_claims, {{"sub", R"("somebody-else")"}}))
    );
    CHECK(door.verdict(others_claims + token.substr(token.rfind('.'))) == "signature");
}

TEST_CASE("3.4 A curve signature is 64 bytes of r||s, not DER", "[access][jwt]") {
    const Door door;
    const std::string input = test::signing_input(to_json(good_header), to_json(good_claims));
    CHECK(
        door.verdict(input + "." + base::to_base64url(test::curve_key().sign_der(input))) ==
        "signature"
    );
    CHECK(door.verdict(input + "." + base::to_base64url(std::string(64, '\0'))) == "signature");
}

TEST_CASE("3.6 Nothing is unpacked or decrypted", "[access][jwt]") {
    const Door door;
    CHECK(door.with_header({{"zip", R"("DEF")"}}) == "malformed");
    CHECK(door.verdict("eyJhbGciOiJkaXIifQ..a.b.c") == "malformed");  // JWE: five parts.
}

TEST_CASE("3.7 Header and claims are UTF-8 and JSON without duplicate keys", "[access][jwt]") {
    const Door door;
    const auto raw = [&](const std::string& header, const std::string& claims) {
        return door.verdict(test::curve_key().token(header, claims, Algorithm::es256));
    };
    const std::string header = to_json(good_header);
    const std::string claims = to_json(good_claims);
    CHECK(raw(header, claims) == "accepted");
    CHECK(raw(header, claims.substr(0, claims.size() - 1) + ",\"x\":\"\xff\"}") != "accepted");
    CHECK(raw(header, claims.substr(0, claims.size() - 1) + R"(,"sub":"other"})") != "accepted");
    CHECK(
        raw(header, claims.substr(0, claims.size() - 1) + R"(,"x":{"a":1,"a":2}})") != "accepted"
    );
    CHECK(raw(header.substr(0, header.size() - 1) + R"(,"alg":"none"})", claims) == "malformed");
    CHECK(raw(header + " {}", claims) == "malformed");
    CHECK(raw("[]", claims) == "malformed");
    CHECK(raw(header, claims + "1") != "accepted");
    CHECK(raw(header, "[]") != "accepted");
    CHECK(raw(header, "") != "accepted");
}

TEST_CASE("3.8 The issuer is an exact text, and keys are bound to it", "[access][jwt]") {
    Door door;
    for (const char* const issuer :
         {R"("https://issuer.example")", R"("https://ISSUER.example/")",
          R"("https://evil.example/")", R"("")", "7", "null", R"(["https://issuer.example/"])",
          ""}) {
        INFO(issuer);
        CHECK(door.with_claims({{"iss", issuer}}) == "issuer");
    }
    CHECK(door.with_claims({{"sub", "7"}}) == "claims");
    // Two issuers with keys of their own: one's kid and key never serve the other.
    const test::MintKey other_key = test::MintKey::on_curve("P-256");
    IssuerSettings other = trusted();
    other.issuer = "https://other.example/";
    other.keys.place = "other.json";
    auto parts = door.parts();
    parts.fetch = [&](const access::KeySource& source) -> Result<std::string> {
        const bool is_other = source.place == "other.json";
        return R"({"keys":[)" + (is_other ? other_key.jwk("es") : door.keys) + "]}";
    };
    door.tokens = std::move(access::make_jwt_verifier({trusted(), other}, parts).value());
    CHECK(door.with({}, {}) == "accepted");
    CHECK(
        door.verdict(other_key.token(to_json(good_header), to_json(good_claims), Algorithm::es256)
        ) == "signature"
    );
    const Members others = changed(good_claims, {{"iss", R"("https://other.example/")"}});
    CHECK(
        door.verdict(other_key.token(to_json(good_header), to_json(others), Algorithm::es256)) ==
        "accepted"
    );
    CHECK(door.with({}, others) == "signature");
}

TEST_CASE("3.9 The audience is ours, as a text or in a list", "[access][jwt]") {
    const Door door;
    CHECK(door.with_claims({{"aud", R"(["https://samvev.example"])"}}) == "accepted");
    CHECK(door.with_claims({{"aud", R"(["x","https://samvev.example"])"}}) == "accepted");
    for (const char* const audience :
         {R"("https://samvev.example/")", R"("https://samvev")", R"(["x"])", "[]", "7", "null",
          R"([7,"https://samvev.example"])", R"("unspecified")", ""}) {
        INFO(audience);
        CHECK(door.with_claims({{"aud", audience}}) == "audience");
    }
}

TEST_CASE("3.10 kid is a key of a map and nothing else", "[access][jwt]") {
    const Door door;
    for (const char* const kid :
         {R"("../../../../dev/null")", R"("' OR 1=1 --")", R"("ES")", R"("es\u0000")",
          R"("https://evil.example/jwks")"}) {
        INFO(kid);
        CHECK(door.with_header({{"kid", kid}}) == "signature");
    }
    CHECK(door.with_header({{"kid", ""}}) == "malformed");
    CHECK(door.with_header({{"kid", "7"}}) == "malformed");
}

TEST_CASE("3.10 Keys that a token brings along are not looked at", "[access][jwt]") {
    const Door door;
    const test::MintKey evil = test::MintKey::on_curve("P-256");
    for (const Members& header :
         {Members{{"jwk", evil.jwk("es")}}, Members{{"jku", R"("https://evil.example/jwks")"}},
          Members{{"x5u", R"("https://evil.example/cert")"}}, Members{{"x5c", R"(["AAAA"])"}}}) {
        const std::string text = to_json(changed(good_header, header));
        CHECK(
            door.verdict(evil.token(text, to_json(good_claims), Algorithm::es256)) == "signature"
        );
        CHECK(door.with_header(header) == "accepted");
    }
    CHECK(door.fetched == 1);
}

TEST_CASE("3.10 What is critical is not understood here", "[access][jwt]") {
    const Door door;
    CHECK(door.with_header({{"crit", R"(["b64"])"}, {"b64", "false"}}) == "malformed");
    CHECK(door.with_header({{"crit", "[]"}}) == "malformed");
    CHECK(door.with_header({{"crit", R"(["exp"])"}, {"exp", "1"}}) == "malformed");
}

TEST_CASE("3.11 The type is that of access tokens", "[access][jwt]") {
    const Door door;
    CHECK(door.with_header({{"typ", R"("application/at+jwt")"}}) == "accepted");
    CHECK(door.with_header({{"typ", R"("AT+JWT")"}}) == "accepted");
    for (const char* const type :
         {R"("JWT")", R"("dpop+jwt")", R"("logout+jwt")", R"("secevent+jwt")", R"("")", ""}) {
        INFO(type);
        CHECK(door.with_header({{"typ", type}}) == "type");
    }
    CHECK(door.with_header({{"typ", "7"}}) == "malformed");
}

TEST_CASE("3.12 An id_token and a logout token are no access tokens", "[access][jwt]") {
    const Door door;
    CHECK(door.with_claims({{"nonce", R"("n")"}}) == "type");
    CHECK(door.with_claims({{"at_hash", R"("h")"}}) == "type");
    CHECK(door.with_claims({{"c_hash", R"("h")"}}) == "type");
    CHECK(door.with_claims({{"events", "{}"}}) == "type");
    CHECK(door.with_claims({{"aud", R"("samvev-web")"}}) == "audience");
}

TEST_CASE("Base64url is strict: no padding, no blanks, one spelling", "[access][jwt]") {
    const Door door;
    const std::string token =
        test::curve_key().token(to_json(good_header), to_json(good_claims), Algorithm::es256);
    for (const std::string& other :
         {token + "=", token + "==", token + " ", " " + token, token + "\n", token + ".",
          "." + token, std::string(), std::string("."), std::string("..")}) {
        CHECK(door.verdict(other) == "malformed");
    }
    std::string standard = token;
    standard[3] = '+';
    CHECK(door.verdict(standard) == "malformed");
    // 64 bytes leave four unused bits in the last character.
    std::string other_bits = token;
    other_bits.back() = other_bits.back() == 'A' ? 'B' : static_cast<char>(other_bits.back() + 1);
    CHECK(door.verdict(other_bits) == "malformed");
}

TEST_CASE("A token has at most 8 KiB", "[access][jwt]") {
    const Door door;
    CHECK(door.with_claims({{"x", '"' + std::string(4000, 'x') + '"'}}) == "accepted");
    CHECK(door.with_claims({{"x", '"' + std::string(9000, 'x') + '"'}}) == "malformed");
}

TEST_CASE("exp is required; times are finite numbers", "[access][jwt]") {
    const Door door;
    CHECK(door.with_claims({{"exp", ""}}) == "claims");
    CHECK(door.with_claims({{"exp", "1800000300.5"}}) == "accepted");
    for (const char* const name : {"exp", "nbf", "iat"}) {
        for (const char* const value : {R"("1800000300")", "null", "true", "[]", "-1", "1e300"}) {
            INFO(name << " " << value);
            CHECK(door.with_claims({{name, value}}) == "claims");
        }
        // No number of JSON at all.
        for (const char* const value :
             {"1e999", "NaN", "Infinity", "99999999999999999999", "0x6b49d200", "01"}) {
            INFO(name << " " << value);
            CHECK(door.with_claims({{name, value}}) != "accepted");
        }
    }
}

TEST_CASE("Clocks may differ by thirty seconds", "[access][jwt]") {
    const Door door;
    CHECK(door.with_claims({{"exp", "1799999971"}}) == "accepted");
    CHECK(door.with_claims({{"exp", "1799999970"}}) == "expired");
    CHECK(door.with_claims({{"nbf", "1800000030"}}) == "accepted");
    CHECK(door.with_claims({{"nbf", "1800000031"}}) == "not_yet_valid");
    CHECK(door.with_claims({{"iat", "1800000030"}}) == "accepted");
    CHECK(door.with_claims({{"iat", "1800000031"}}) == "not_yet_valid");
}

TEST_CASE("A verified token is remembered until it expires", "[access][jwt]") {
    Door door;
    const std::string token =
        test::curve_key().token(to_json(good_header), to_json(good_claims), Algorithm::es256);
    CHECK(door.verdict(token) == "accepted");
    CHECK(door.verdict(token) == "accepted");
    door.clock.freeze(test::noon + std::chrono::seconds(329));
    CHECK(door.verdict(token) == "accepted");
    door.clock.freeze(test::noon + std::chrono::seconds(330));
    CHECK(door.verdict(token) == "expired");
}

TEST_CASE("A withdrawn key ends what was verified with it", "[access][jwt]") {
    Door door;
    const std::string token = test::curve_key().token(
        to_json(good_header), to_json(changed(good_claims, {{"exp", "1800090000"}})),
        Algorithm::es256
    );
    CHECK(door.verdict(token) == "accepted");
    door.keys = test::rsa_key().jwk("rs");
    door.clock.freeze(test::noon + std::chrono::hours(1));
    CHECK(door.verdict(token) == "accepted");
    // That was an old set, which has been sent for beside its use.
    CHECK(door.executor.drain() == 1);
    CHECK(door.verdict(token) == "signature");
}

TEST_CASE("Unsafe or double settings make no verifier", "[access][jwt]") {
    test::Issuers issuers;
    IssuerSettings unsafe = trusted();
    unsafe.audience.clear();
    for (const auto& settings :
         {std::vector{unsafe}, std::vector{trusted(), trusted()},
          std::vector<IssuerSettings>(100, trusted())}) {
        const auto made = access::make_jwt_verifier(settings, issuers.parts());
        REQUIRE_FALSE(made);
        CHECK(made.error().code == ErrorCode::invalid_argument);
    }
}
