#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <catch2/catch.hpp>
#include <functional>

#include "access/base64url.hpp"
#include "access/es256.hpp"
#include "access/jws.hpp"
#include "access/token_verifier.hpp"
#include "base/digest.hpp"

using namespace samvev;
using base::to_base64url;
using std::chrono::seconds;

namespace {

constexpr std::string_view staff_id = "018f3a52-7c10-7e21-9b5e-0a6c1d2e3f40";
constexpr std::string_view good_header = R"({"alg":"ES256","typ":"JWT"})";
const base::Timestamp noon{std::chrono::sys_seconds(seconds(1'800'000'000))};

// Signs whatever it is told to, as an attacker with the key would.
struct Forge {
    access::Es256Key key = access::Es256Key::make().value();
    base::AdjustableClock clock;
    std::unique_ptr<access::TokenVerifier> verifier;

    Forge() {
        clock.freeze(noon);
        verifier = access::make_development_verifier({key.to_pem().value()}, clock).value();
    }

    [[nodiscard]] std::string token(std::string_view header, std::string_view claims) const {
        const std::string text = to_base64url(header) + "." + to_base64url(claims);
        return text + "." + to_base64url(key.sign(text).value());
    }

    // The reason, or "accepted".
    [[nodiscard]] std::string verdict(std::string_view token) const {
        const auto actor = verifier->verify(token);
        if (actor) {
            return "accepted";
        }
        CHECK(actor.error().code == ErrorCode::unauthenticated);
        // Neither message nor data may quote a token: they end up in logs.
        const std::string told = actor.error().message + actor.error().data;
        for (const std::string_view secret :
             {staff_id, std::string_view("eyJ"), std::string_view("evil")}) {
            CHECK(told.find(secret) == std::string::npos);
        }
        const std::string& data = actor.error().data;
        constexpr std::string_view start = R"({"reason":")";
        REQUIRE(data.substr(0, start.size()) == start);
        return data.substr(start.size(), data.size() - start.size() - 2);
    }

    [[nodiscard]] std::string verdict_of_claims(std::string_view claims) const {
        return verdict(token(good_header, claims));
    }
};

// Good claims with some members replaced; an empty value removes the member.
std::string claims_with(std::map<std::string, std::string> changes) {
    std::vector<std::pair<std::string, std::string>> members = {
        {"iss", R"("samvev-dev")"},
        {"aud", R"("samvev")"},
        {"sub", "\"" + std::string(staff_id) + "\""},
        {"iat", "1800000000"},
        {"nbf", "1800000000"},
        {"exp", "1800003600"},
    };
    std::vector<std::pair<std::string, std::string>> own = {
        {"tenant", "9999"}, {"kind", R"("staff")"}, {"roles", R"(["coordinator"])"}
    };
    const auto object = [&changes](auto& list) {
        std::string out = "{";
        for (auto& [name, value] : list) {
            const auto change = changes.find(name);
            const std::string& used = change == changes.end() ? value : change->second;
            if (!used.empty()) {
                out += (out.size() > 1 ? ",\"" : "\"") + name + "\":" + used;
            }
        }
        return out + "}";
    };
    for (const char* extra : {"unit", "purpose", "onBehalfOf"}) {
        own.emplace_back(extra, "");
    }
    members.emplace_back("samvev", object(own));
    members.emplace_back("extra", "");
    return object(members);
}

}  // namespace

TEST_CASE("A development token comes back as its actor", "[access][token]") {
    const Forge forge;
    access::DevelopmentToken wish;
    wish.actor.kind = access::Actor::Kind::staff;
    wish.actor.tenant = 9999;
    wish.actor.id = staff_id;
    wish.actor.roles = {"coordinator", "teacher"};
    wish.actor.unit = "018f3a52-7c10-7e21-9b5e-0a6c1d2e3f41";
    wish.actor.purpose = "coordination";
    wish.lifetime = seconds(900);
    const auto token = access::make_development_token({forge.key.to_pem().value()}, wish, noon);
    REQUIRE(token);
    const auto actor = forge.verifier->verify(*token);
    REQUIRE(actor);
    CHECK(actor->text() == "staff/" + std::string(staff_id));
    CHECK(actor->tenant == 9999);
    CHECK(actor->roles == wish.actor.roles);
    CHECK(actor->unit == wish.actor.unit);
    CHECK(actor->purpose == "coordination");
    CHECK(actor->expires_at == noon + seconds(900));
}

TEST_CASE("A token no verifier would take is not made", "[access][token]") {
    const Forge forge;
    const access::DevelopmentKey key{forge.key.to_pem().value()};
    access::DevelopmentToken wish;
    wish.actor.tenant = 9999;
    wish.actor.id = staff_id;
    const std::vector<std::function<void(access::DevelopmentToken&)>> defects = {
        [](auto& token) { token.actor.tenant = 0; },
        [](auto& token) { token.actor.id = "ada"; },
        [](auto& token) { token.actor.kind = access::Actor::Kind::system; },
        [](auto& token) { token.actor.roles = {"system:timer"}; },
        [](auto& token) { token.actor.unit = "school"; },
        [](auto& token) { token.lifetime = seconds(-3600); },
    };
    for (const auto& defect : defects) {
        access::DevelopmentToken broken = wish;
        defect(broken);
        const auto token = access::make_development_token(key, broken, noon);
        REQUIRE_FALSE(token);
        CHECK(token.error().code == ErrorCode::invalid_argument);
    }
    CHECK(access::make_development_token(key, wish, noon));
}

TEST_CASE("Only a P-256 private key verifies and signs", "[access][token]") {
    const base::SystemClock clock;
    EVP_PKEY* other_curve = EVP_EC_gen("P-384");
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(out, other_curve, nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out, &text);
    const std::string p384(text, static_cast<std::size_t>(size));
    BIO_free(out);
    EVP_PKEY_free(other_curve);
    for (const std::string& pem : {p384, std::string("no key"), std::string()}) {
        const auto verifier = access::make_development_verifier({pem}, clock);
        REQUIRE_FALSE(verifier);
        CHECK(verifier.error().code == ErrorCode::invalid_argument);
    }
}

TEST_CASE("The algorithm is ES256 and nothing else", "[access][token]") {
    const Forge forge;
    const std::string claims = claims_with({});
    REQUIRE(forge.verdict(forge.token(good_header, claims)) == "accepted");
    REQUIRE(
        forge.verdict(forge.token(R"({"alg":"ES256","typ":"at+jwt","kid":"../../etc"})", claims)) ==
        "accepted"
    );
    for (const char* algorithm :
         {"none", "None", "nOnE", "NONE", "", "HS256", "HS384", "HS512", "RS256", "PS256", "ES384",
          "ES512", "ES256K", "EdDSA", "es256", "ES256 "}) {
        const std::string header = R"({"alg":")" + std::string(algorithm) + R"(","typ":"JWT"})";
        CAPTURE(algorithm);
        CHECK(forge.verdict(forge.token(header, claims)) == "algorithm");
        // The same without a signature, as "none" has it.
        CHECK(
            forge.verdict(to_base64url(header) + "." + to_base64url(claims) + ".") == "algorithm"
        );
    }
    CHECK(forge.verdict(forge.token(R"({"typ":"JWT"})", claims)) == "algorithm");
    CHECK(forge.verdict(forge.token(R"({"alg":["ES256"],"typ":"JWT"})", claims)) == "algorithm");
    CHECK(forge.verdict(forge.token(R"({"alg":null,"typ":"JWT"})", claims)) == "algorithm");
}

TEST_CASE("The public key is no HMAC secret", "[access][token]") {
    const Forge forge;
    // What a confused verifier would take as the shared secret: the public key in PEM and DER.
    const std::string pem = forge.key.to_pem().value();
    BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(out, key);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out, &text);
    const std::string public_pem(text, static_cast<std::size_t>(size));
    BIO_free(in);
    BIO_free(out);
    EVP_PKEY_free(key);
    for (const char* header :
         {R"({"alg":"HS256","typ":"JWT"})", R"({"alg":"ES256","typ":"JWT"})"}) {
        const std::string signed_text = to_base64url(header) + "." + to_base64url(claims_with({}));
        const base::Digest mac = base::hmac_sha256(public_pem, signed_text);
        const std::string token = signed_text + "." + to_base64url(base::as_view(mac));
        CHECK(forge.verdict(token) != "accepted");
    }
}

TEST_CASE("A signature holds only whole, raw and by the server's key", "[access][token]") {
    const Forge forge;
    const std::string good = forge.token(good_header, claims_with({}));
    const std::size_t dot = good.rfind('.');
    const std::string head = good.substr(0, dot + 1);
    const std::string raw = access::from_base64url(good.substr(dot + 1)).value();
    CHECK(forge.verdict(head) == "signature");
    for (const std::size_t size : {1U, 32U, 63U}) {
        CHECK(forge.verdict(head + to_base64url(raw.substr(0, size))) == "signature");
    }
    CHECK(forge.verdict(head + to_base64url(raw + '\0')) == "signature");
    CHECK(
        forge.verdict(head + to_base64url(raw + raw.substr(0, 32))) == "signature"
    );  // ES384's size
    CHECK(forge.verdict(head + to_base64url(std::string(64, '\0'))) == "signature");
    for (const std::size_t at : {0U, 31U, 32U, 63U}) {
        std::string flipped = raw;
        flipped[at] = static_cast<char>(flipped[at] ^ 1);
        CHECK(forge.verdict(head + to_base64url(flipped)) == "signature");
    }
    // DER, as OpenSSL itself would write it.
    CHECK(
        forge.verdict(
            head +
            to_base64url("\x30\x44\x02\x20" + raw.substr(0, 32) + "\x02\x20" + raw.substr(32))
        ) == "signature"
    );
    // Another server's key; another token's signature.
    const Forge other;
    CHECK(forge.verdict(other.token(good_header, claims_with({}))) == "signature");
    const std::string richer = forge.token(good_header, claims_with({{"tenant", "301"}}));
    CHECK(
        forge.verdict(richer.substr(0, richer.rfind('.') + 1) + good.substr(dot + 1)) == "signature"
    );
}

TEST_CASE("A token that is not three parts of strict base64url is malformed", "[access][token]") {
    const Forge forge;
    const std::string good = forge.token(good_header, claims_with({}));
    CHECK(forge.verdict("") == "malformed");
    CHECK(forge.verdict(".") == "malformed");
    CHECK(forge.verdict("..") == "malformed");
    CHECK(forge.verdict("evil") == "malformed");
    CHECK(forge.verdict(good + ".") == "malformed");
    CHECK(forge.verdict(good + ".a.b") == "malformed");  // five parts: encrypted
    CHECK(forge.verdict(" " + good) == "malformed");
    CHECK(forge.verdict(good + "\n") == "malformed");
    CHECK(forge.verdict(good + "=") == "malformed");
    CHECK(forge.verdict("!!!!." + good.substr(good.find('.') + 1)) == "malformed");
    CHECK(forge.verdict(std::string("\0\0\0", 3)) == "malformed");
    CHECK(forge.verdict(std::string(access::token_bytes_max + 1, 'a')) == "malformed");
    CHECK(
        forge.verdict(
            forge.token(good_header, claims_with({{"extra", "\"" + std::string(9000, 'x') + "\""}}))
        ) == "malformed"
    );
    // The header is not an object, or says a thing twice; the type is another kind of token's.
    for (const char* header :
         {"", "[]", "null", "\"ES256\"", "{", R"({"alg":"ES256","typ":"JWT"} x)",
          R"({"alg":"none","alg":"ES256","typ":"JWT"})",
          R"({"alg":"ES256","typ":"JWT","\u0061lg":"none"})", R"({"alg":"ES256"})",
          R"({"alg":"ES256","typ":"dpop+jwt"})", R"({"alg":"ES256","typ":"jwt"})",
          R"({"alg":"ES256","typ":null})", R"({"alg":"ES256","typ":"JWT","crit":["exp"]})",
          R"({"alg":"ES256","typ":"JWT","zip":"DEF"})",
          "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"k\":\"\xff\"}"}) {
        CAPTURE(header);
        CHECK(forge.verdict(forge.token(header, claims_with({}))) == "malformed");
    }
    for (const char* claims :
         {"", "[]", "null", "{", "{}{}", R"({"iss":"samvev-dev","iss":"evil"})",
          R"({"samvev":{"tenant":1,"tenant":2}})", "{\"iss\":\"\xc3\x28\"}"}) {
        CAPTURE(claims);
        CHECK(forge.verdict_of_claims(claims) == "malformed");
    }
}

TEST_CASE("Issuer and audience are exact", "[access][token]") {
    const Forge forge;
    for (const char* issuer :
         {R"("samvev-dev/")", R"("SAMVEV-DEV")", R"("evil")", R"("")", R"(["samvev-dev"])", "null",
          "7", ""}) {
        CAPTURE(issuer);
        CHECK(forge.verdict_of_claims(claims_with({{"iss", issuer}})) == "issuer");
    }
    for (const char* audience :
         {R"("unspecified")", R"("samvev2")", R"([])", R"(["evil"])", R"(["samvev",7])", "{}",
          "null", ""}) {
        CAPTURE(audience);
        CHECK(forge.verdict_of_claims(claims_with({{"aud", audience}})) == "audience");
    }
    CHECK(forge.verdict_of_claims(claims_with({{"aud", R"(["x","samvev"])"}})) == "accepted");
}

TEST_CASE(
    "A token is valid from nbf to exp, with a minute for clocks that differ", "[access][token]"
) {
    Forge forge;
    const std::string claims = claims_with({});  // nbf = noon, exp = noon + 1 h
    const auto verdict_at = [&](seconds offset) {
        forge.clock.freeze(noon + offset);
        return forge.verdict_of_claims(claims);
    };
    CHECK(verdict_at(seconds(-61)) == "not_yet_valid");
    CHECK(verdict_at(seconds(-60)) == "accepted");
    CHECK(verdict_at(seconds(3600 + 59)) == "accepted");
    CHECK(verdict_at(seconds(3600 + 60)) == "expired");
    CHECK(verdict_at(seconds(1'000'000'000)) == "expired");
    forge.clock.freeze(noon);
    // iat in the future is a token from a clock not to be trusted, nbf or not.
    CHECK(
        forge.verdict_of_claims(claims_with({{"nbf", ""}, {"iat", "1800000061"}})) ==
        "not_yet_valid"
    );
    CHECK(forge.verdict_of_claims(claims_with({{"nbf", ""}, {"iat", ""}})) == "accepted");
    CHECK(forge.verdict_of_claims(claims_with({{"exp", "1800003600.5"}})) == "accepted");
    for (const char* time :
         {R"("1800003600")", "-1", "1e300", "true", "null", "[1800003600]", "18446744073709551615"
         }) {
        for (const char* name : {"exp", "nbf", "iat"}) {
            CAPTURE(name, time);
            CHECK(forge.verdict_of_claims(claims_with({{name, time}})) == "claims");
        }
    }
    CHECK(forge.verdict_of_claims(claims_with({{"exp", ""}})) == "claims");
    CHECK(forge.verdict_of_claims(claims_with({{"exp", "0"}})) == "expired");
}

TEST_CASE("Tenant, kind, subject and roles are there and of the right type", "[access][token]") {
    const Forge forge;
    const std::vector<std::pair<std::string, std::vector<std::string>>> defects = {
        {"tenant", {"", R"("9999")", "0", "-1", "4294967296", "9999.0", "1e4", "null", "[9999]"}},
        {"kind", {"", R"("system")", R"("Staff")", R"("")", "1", "null"}},
        {"roles",
         {"", R"("coordinator")", "{}", "null", "[1]", R"([""])", R"(["system:timer"])",
          R"(["a b"])", R"([["x"]])", R"([null])", "[\"" + std::string(65, 'a') + "\"]"}},
        {"sub",
         {"", R"("ada")", R"("")", "7", "null", R"("00000000-0000-0000-0000-000000000000")",
          R"(["x"])"}},
        {"samvev", {"", "[]", "null", R"("x")"}},
        {"unit", {R"("school")", "7", "null"}},
        {"purpose", {"7", "\"" + std::string(200, 'p') + "\""}},
        {"onBehalfOf", {"{}"}},
    };
    for (const auto& [name, values] : defects) {
        for (const std::string& value : values) {
            CAPTURE(name, value);
            CHECK(forge.verdict_of_claims(claims_with({{name, value}})) == "claims");
        }
    }
    std::string many = "[\"a\"";
    for (int i = 0; i < 64; ++i) {
        many += ",\"a\"";
    }
    CHECK(forge.verdict_of_claims(claims_with({{"roles", many + "]"}})) == "claims");
    CHECK(forge.verdict_of_claims(claims_with({{"roles", "[]"}})) == "accepted");
    CHECK(
        forge.verdict_of_claims(claims_with({{"kind", R"("service")"}, {"sub", R"("importer-2")"}})
        ) == "accepted"
    );
    for (const char* name : {R"("Importer")", R"("a/b")", R"("")", R"("a b")"}) {
        CAPTURE(name);
        CHECK(
            forge.verdict_of_claims(claims_with({{"kind", R"("service")"}, {"sub", name}})) ==
            "claims"
        );
    }
    // Upper-case UUIDs are another spelling of the same person, not another person.
    const auto actor = forge.verifier->verify(forge.token(
        good_header, claims_with({{"sub", R"("018F3A52-7C10-7E21-9B5E-0A6C1D2E3F40")"}})
    ));
    REQUIRE(actor);
    CHECK(actor->id == staff_id);
}
