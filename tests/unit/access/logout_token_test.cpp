// OpenID Connect Back-Channel Logout 1.0, §2.4 and §2.6.

#include "access/logout_token.hpp"

#include "unit/access/issuer_fixture.hpp"

using namespace samvev;
using access::EndedLogin;
using test::Members;

namespace {

constexpr std::string_view event = R"({"http://schemas.openid.net/event/backchannel-logout":{}})";

struct Issuer {
    access::IssuerSettings settings;
    Members good{
        {"iss", R"("https://issuer.example")"},
        {"aud", R"("workspace")"},
        {"iat", "1799999990"},
        {"exp", "1800000120"},
        {"jti", R"("j1")"},
        {"sid", R"("s1")"},
        {"sub", R"("u1")"},
        {"events", std::string(event)}
    };

    Issuer() {
        settings.issuer = "https://issuer.example";
        settings.client_id = "workspace";
    }
    [[nodiscard]] Result<EndedLogin> read(
        const Members& changes, std::string_view typ = "logout+jwt"
    ) const {
        return access::read_logout_claims(
            test::to_json(test::changed(good, changes)),
            {.issuer = settings, .type = typ, .now = test::noon}
        );
    }
    [[nodiscard]] std::string verdict(const Members& changes) const {
        return test::reason_of(read(changes));
    }
};

}  // namespace

TEST_CASE("A logout token names a session, a subject or both", "[access][logout]") {
    const Issuer issuer;
    const auto both = issuer.read({});
    REQUIRE(both);
    CHECK(*both == EndedLogin{"https://issuer.example", "u1", "s1", test::noon});
    CHECK(issuer.verdict({{"sub", ""}}) == "accepted");
    CHECK(issuer.verdict({{"sid", ""}}) == "accepted");
    CHECK(issuer.verdict({{"exp", ""}}) == "accepted");  // Older issuers have none.
    CHECK(issuer.verdict({{"aud", R"(["other","workspace"])"}}) == "accepted");
    for (const char* const typ : {"", "JWT", "Logout+JWT", "application/logout+jwt"}) {
        CHECK(issuer.read({}, typ));
    }
}

TEST_CASE("What is no logout token for this server ends nobody's login", "[access][logout]") {
    Issuer issuer;
    CHECK(issuer.verdict({{"sid", ""}, {"sub", ""}}) == "claims");
    CHECK(issuer.verdict({{"jti", ""}}) == "claims");
    CHECK(issuer.verdict({{"iat", ""}}) == "claims");
    CHECK(issuer.verdict({{"sid", "7"}}) == "claims");
    CHECK(issuer.verdict({{"nonce", R"("n")"}}) == "type");
    CHECK(issuer.verdict({{"events", ""}}) == "type");
    CHECK(issuer.verdict({{"events", R"({"other":{}})"}}) == "type");
    CHECK(
        issuer.verdict({{"events", R"({"http://schemas.openid.net/event/backchannel-logout":1})"}}
        ) == "type"
    );
    CHECK(test::reason_of(issuer.read({}, "at+jwt")) == "type");
    CHECK(issuer.verdict({{"iss", R"("https://other.example")"}}) == "issuer");
    CHECK(issuer.verdict({{"aud", R"("other")"}}) == "audience");
    CHECK(issuer.verdict({{"aud", ""}}) == "audience");
    CHECK(issuer.verdict({{"iat", "1799999600"}, {"exp", ""}}) == "expired");
    CHECK(issuer.verdict({{"exp", "1799999900"}}) == "expired");
    CHECK(issuer.verdict({{"iat", "1800000100"}}) == "not_yet_valid");
    issuer.settings.client_id.clear();
    CHECK(issuer.verdict({{"aud", R"("")"}}) == "audience");
}
