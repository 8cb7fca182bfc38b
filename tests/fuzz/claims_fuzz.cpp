#include "access/claims.hpp"
#include "access/issuer.hpp"
#include "access/issuer_claims.hpp"
#include "access/token_verifier.hpp"
#include "base/assert.hpp"
#include "target.hpp"

// What the claims of a signed token say: issuers are trusted to sign, not to be free of bugs.
namespace samvev::fuzz {

namespace {

const base::Timestamp noon{std::chrono::sys_seconds(std::chrono::seconds(1'800'000'000))};

access::IssuerSettings issuer_of(access::Profile profile) {
    access::IssuerSettings issuer;
    issuer.profile = profile;
    issuer.issuer = "https://i.example";
    issuer.audience = "samvev";
    issuer.required_scope_prefix = "fjordvik:samvev";
    return issuer;
}

}  // namespace

std::vector<std::string> seeds() {
    return {
        R"({"iss":"samvev-dev","aud":["samvev","x"],"sub":"018f6b3c-0000-7000-8000-000000000001",)"
        R"("exp":1800000600,"nbf":1799999990,"iat":1799999990,"samvev":{"tenant":9999,"kind":)"
        R"("staff","roles":["coordinator"],"unit":"018f6b3c-0000-7000-8000-000000000002",)"
        R"("purpose":"coordination","onBehalfOf":"staff/x"}})",
        R"({"iss":"https://i.example","aud":"samvev","sub":"abc","exp":1800000100,"iat":1799999990,)"
        R"("jti":"1","scope":"openid fjordvik:samvev.write","client_id":"c","pid":"17912099997",)"
        R"("acr":"idporten-loa-high","consumer":{"authority":"iso6523-actorid-upis","ID":)"
        R"("0192:991825827"},"sid":"s"})",
        R"({"iss":"https://i.example","aud":"samvev","exp":1800000100,"iat":1799999990,"scope":)"
        R"(["fjordvik:samvev/api"],"client_id":"h","cnf":{"jkt":"x"},"helseid://claims/client/)"
        R"(claims/orgnr_parent":"991825827","helseid://claims/identity/security_level":"4",)"
        R"("helseid://claims/identity/pid":"17912099997","authorization_details":[{"type":)"
        R"("ansattporten:orgno","authorized_parties":[{"orgno":{"authority":)"
        R"("iso6523-actorid-upis","ID":"0192:991825827"}}]}]})",
    };
}

void try_input(std::string_view input) {
    const auto actor = access::read_claims(
        input,
        {.issuer = access::development_issuer, .audience = access::token_audience, .now = noon}
    );
    if (actor) {
        SAMVEV_ASSERT(actor->kind != access::Actor::Kind::system);
        SAMVEV_ASSERT(actor->tenant > 0 && !actor->id.empty());
    }
    for (const access::ProfileRules& rules : access::profile_table()) {
        const access::IssuerSettings issuer = issuer_of(rules.profile);
        const auto principal =
            access::read_issuer_claims(input, {.issuer = issuer, .type = "at+jwt", .now = noon});
        if (principal) {
            SAMVEV_ASSERT(principal->issuer == issuer.issuer);
            SAMVEV_ASSERT(principal->expires_at + access::clock_leeway > noon);
        }
    }
}

}  // namespace samvev::fuzz
