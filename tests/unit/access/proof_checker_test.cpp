#include "access/proof_checker.hpp"

#include "access/jwk.hpp"
#include "base/digest.hpp"
#include "unit/access/issuer_fixture.hpp"

using namespace samvev;
using access::Algorithm;
using access::ProofChecker;
using test::changed;
using test::Members;
using test::to_json;

namespace {

constexpr std::string_view token = "a.bound.token";
constexpr std::string_view address = "https://samvev.example/rpc/v1";

std::string quoted(std::string_view text) {
    return '"' + std::string(text) + '"';
}

struct Caller {
    test::MintKey key = test::MintKey::on_curve("P-256");
    base::AdjustableClock clock;
    ProofChecker checker{clock};
    std::string thumbprint{access::Jwk::import(key.jwk("k"))->thumbprint()};

    Caller() { clock.freeze(test::noon); }

    [[nodiscard]] Members header() const {
        return {{"alg", R"("ES256")"}, {"typ", R"("dpop+jwt")"}, {"jwk", key.jwk("k")}};
    }
    [[nodiscard]] static Members claims(std::string_view id) {
        return {
            {"jti", quoted(id)},
            {"htm", R"("POST")"},
            {"htu", quoted(address)},
            {"iat", std::to_string(test::noon_seconds)},
            {"ath", quoted(base::to_base64url(base::as_view(base::sha256(token))))}
        };
    }
    [[nodiscard]] std::string proof(const Members& head, const Members& body) const {
        return key.token(
            to_json(changed(header(), head)), to_json(changed(claims("j"), body)), Algorithm::es256
        );
    }
    [[nodiscard]] std::string verdict(std::string_view proof) {
        return test::reason_of(
            checker.check({.proof = proof, .method = "POST", .uri = address}, token, thumbprint)
        );
    }
    [[nodiscard]] std::string with_header(const Members& head) { return verdict(proof(head, {})); }
    [[nodiscard]] std::string with_claims(const Members& body) { return verdict(proof({}, body)); }
};

}  // namespace

TEST_CASE("A proof is taken once", "[access][dpop]") {
    Caller caller;
    const std::string proof = caller.proof({}, {});
    CHECK(caller.verdict(proof) == "accepted");
    CHECK(caller.verdict(proof) == "proof");
    // Another signature over the same jti is the same proof.
    CHECK(caller.verdict(caller.proof({}, {})) == "proof");
    CHECK(caller.with_claims({{"jti", R"("j2")"}}) == "accepted");
    caller.clock.freeze(test::noon + std::chrono::seconds(34));
    CHECK(caller.verdict(proof) == "proof");
    caller.clock.freeze(test::noon + std::chrono::seconds(36));
    CHECK(caller.verdict(proof) == "proof");  // Forgotten, and too old by then.
}

TEST_CASE("A proof is for this request, this token and now", "[access][dpop]") {
    Caller caller;
    for (const Members& wrong : std::vector<Members>{
             {{"htm", R"("GET")"}},
             {{"htm", ""}},
             {{"htu", R"("https://other.example/rpc/v1")"}},
             {{"htu", R"("http://samvev.example/rpc/v1")"}},
             {{"htu", ""}},
             {{"ath", R"("x")"}},
             {{"ath", ""}},
             {{"jti", ""}},
             {{"jti", R"("")"}},
             {{"jti", "7"}},
             {{"jti", quoted(std::string(257, 'x'))}},
             {{"iat", ""}},
             {{"iat", R"("1800000000")"}},
             {{"iat", "1800000006"}},
             {{"iat", "1799999965"}}
         }) {
        INFO(to_json(wrong));
        CHECK(caller.with_claims(wrong) == "proof");
    }
    CHECK(caller.with_claims({{"jti", R"("a")"}, {"iat", "1800000005"}}) == "accepted");
    CHECK(caller.with_claims({{"jti", R"("b")"}, {"iat", "1799999966"}}) == "accepted");
}

TEST_CASE(
    "A proof is signed with the key it brings, which the token is bound to", "[access][dpop]"
) {
    Caller caller;
    const test::MintKey other = test::MintKey::on_curve("P-256");
    for (const Members& wrong : std::vector<Members>{
             {{"typ", R"("JWT")"}},
             {{"typ", ""}},
             {{"alg", R"("HS256")"}},
             {{"alg", R"("none")"}},
             {{"jwk", ""}},
             {{"jwk", "{}"}},
             {{"jwk", other.jwk("k")}},
             {{"jwk", caller.key.jwk("k", R"(,"d":"AQ")")}},
             {{"crit", R"(["x"])"}}
         }) {
        INFO(to_json(wrong));
        CHECK(caller.with_header(wrong) == "proof");
    }
    const std::string forged =
        other.token(to_json(caller.header()), to_json(Caller::claims("f")), Algorithm::es256);
    CHECK(caller.verdict(forged) == "proof");
    CHECK(caller.verdict("") == "proof");
    CHECK(caller.verdict("a.b.c") == "proof");
}

TEST_CASE("Addresses are compared as RFC 9449 says", "[access][dpop]") {
    CHECK(access::is_same_target("https://A.example/x?y#z", "HTTPS://a.example:443/x"));
    CHECK(access::is_same_target("http://a.example", "http://a.example:80/"));
    CHECK_FALSE(access::is_same_target("https://a.example/x", "https://a.example/X"));
    CHECK_FALSE(access::is_same_target("https://a.example/x", "https://a.example/x/"));
    CHECK_FALSE(access::is_same_target("https://a.example:80/x", "https://a.example/x"));
    CHECK_FALSE(access::is_same_target("/x", "/x"));
    CHECK_FALSE(access::is_same_target("", ""));
}
