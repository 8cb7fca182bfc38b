#include "access/issuer_token_verifier.hpp"

#include "access/compact_jws.hpp"
#include "access/jwk.hpp"
#include "base/digest.hpp"
#include "unit/access/issuer_fixture.hpp"

using namespace samvev;
using access::Actor;
using access::Algorithm;
using access::IssuerSettings;
using access::Principal;
using access::Profile;
using access::ProofPolicy;
using test::changed;
using test::Members;
using test::to_json;

namespace {

constexpr std::string_view staff_id = "018f3a52-7c10-7e21-9b5e-0a6c1d2e3f40";
constexpr std::string_view person_id = "018f3a52-7c10-7e21-9b5e-0a6c1d2e3f41";
constexpr std::string_view unit_id = "018f3a52-7c10-7e21-9b5e-0a6c1d2e3f42";
constexpr std::string_view known_pid = "17912099997";

// Knows one member of staff and one person of tenant 9999 by the same number, who works for one
// unit, is the child of a case and somebody's parent.
class OneOfEach final : public access::Directory {
public:
    explicit OneOfEach(const std::vector<IssuerSettings>& issuers)
        : services_(access::make_configured_directory(issuers)) {}

    Result<std::optional<access::StaffMember>> find_staff(
        std::uint32_t tenant, const Principal& principal, std::string_view unit
    ) const override {
        if (!knows(tenant, principal)) {
            return std::nullopt;
        }
        if (!unit.empty() && unit != unit_id) {
            return access::refuse_token("unit", "not yours");
        }
        return access::StaffMember{
            .id = *base::Uuid::parse(staff_id), .roles = {"coordinator"}, .unit = std::string(unit)
        };
    }
    Result<std::optional<access::Citizen>> find_person(
        std::uint32_t tenant, const Principal& principal
    ) const override {
        return knows(tenant, principal)
                   ? std::optional(access::Citizen{
                         .id = *base::Uuid::parse(person_id), .is_child = true, .represents = true
                     })
                   : std::nullopt;
    }
    Result<std::optional<access::ServiceAccount>> find_service(const Principal& principal
    ) const override {
        return services_->find_service(principal);
    }

private:
    static bool knows(std::uint32_t tenant, const Principal& principal) {
        return tenant == 9999 && principal.pid && principal.pid->reveal() == known_pid;
    }
    std::unique_ptr<access::Directory> services_;
};

IssuerSettings of(Profile profile) {
    IssuerSettings issuer;
    issuer.profile = profile;
    issuer.issuer = "https://" + std::string(rules_of(profile).name) + ".example";
    issuer.keys = {.kind = access::KeySource::Kind::file, .place = "keys.json"};
    issuer.required_scope_prefix = "fjordvik:samvev";
    issuer.proof = ProofPolicy::allow;
    if (profile == Profile::maskinporten) {
        issuer.services = {
            {.organisation = "991825827",
             .supplier = "",
             .name = "import",
             .tenant = 9999,
             .roles = {"service:import"}},
            {.organisation = "991825827",
             .supplier = "889640782",
             .name = "vendor",
             .tenant = 9999,
             .roles = {}}
        };
        return issuer;
    }
    issuer.audience = "unspecified";
    issuer.tenants = {{"991825827", 9999}};
    return issuer;
}

const std::string consumer = R"({"authority":"iso6523-actorid-upis","ID":"0192:991825827"})";
const std::string supplier = R"({"authority":"iso6523-actorid-upis","ID":"0192:889640782"})";
const std::string reportee = R"([{"type":"ansattporten:altinn:service","reportees":[)"
                             R"({"Authority":"iso6523-actorid-upis","ID":"0192:991825827"}]}])";

struct Door : test::Issuers {
    std::vector<IssuerSettings> settings{
        of(Profile::idporten), of(Profile::ansattporten), of(Profile::maskinporten)
    };
    std::unique_ptr<access::JwtVerifier> jwt;
    std::unique_ptr<access::Directory> directory;
    access::Revocations revocations{clock};
    std::unique_ptr<access::TokenVerifier> tokens = make();

    std::unique_ptr<access::TokenVerifier> make() {
        return make(std::make_unique<OneOfEach>(settings));
    }
    std::unique_ptr<access::TokenVerifier> make(std::unique_ptr<access::Directory> with) {
        jwt = verifier(settings);
        directory = std::move(with);
        return access::make_issuer_token_verifier(*jwt, *directory, revocations, clock);
    }

    static std::string token(Profile profile, const Members& changes = {}) {
        Members claims{
            {"iss", "\"https://" + std::string(rules_of(profile).name) + ".example\""},
            {"exp", "1800000300"},
            {"scope", R"("fjordvik:samvev")"},
            {"consumer", consumer}
        };
        if (profile != Profile::maskinporten) {
            claims["aud"] = R"("unspecified")";
            claims["sub"] = R"("s")";
            claims["pid"] = '"' + std::string(known_pid) + '"';
        }
        if (profile == Profile::ansattporten) {
            claims["authorization_details"] = reportee;
        }
        return test::rsa_key().token(
            R"({"alg":"RS256","kid":"rs"})", to_json(changed(claims, changes)), Algorithm::rs256
        );
    }
    std::string verdict(Profile profile, const Members& changes = {}) {
        return test::reason_of(tokens->verify(token(profile, changes)));
    }
    Actor actor(
        Profile profile, const Members& changes = {}, const access::Capacity& capacity = {}
    ) {
        const std::string text = token(profile, changes);
        const auto found = tokens->verify({.token = text, .proof = {}, .capacity = capacity});
        if (!found) {
            FAIL(found.error().message);
        }
        return *found;
    }
};

}  // namespace

TEST_CASE(
    "A citizen is a person of the municipality that asked for the token", "[access][issuers]"
) {
    Door door;
    const Actor actor = door.actor(Profile::idporten);
    CHECK(actor.text() == "person/" + std::string(person_id));
    CHECK(actor.tenant == 9999);
    CHECK(actor.expires_at == test::noon + std::chrono::seconds(300));
    CHECK(door.verdict(Profile::idporten, {{"consumer", supplier}}) == "tenant");
    CHECK(door.verdict(Profile::idporten, {{"consumer", ""}}) == "tenant");
    CHECK(door.verdict(Profile::idporten, {{"pid", R"("17912099998")"}}) == "unknown");
    CHECK(door.verdict(Profile::idporten, {{"pid", ""}}) == "claims");
}

TEST_CASE("Who is a child here and a parent there is one of them at a time", "[access][issuers]") {
    Door door;
    const Actor child = door.actor(Profile::idporten);
    CHECK(child.purpose == "own-case");
    CHECK(child.roles == std::vector<std::string>{"child"});
    const Actor parent = door.actor(Profile::idporten, {}, {.purpose = "representation"});
    CHECK(parent.purpose == "representation");
    CHECK(parent.roles == std::vector<std::string>{"guardian"});
    CHECK(parent.id == child.id);
}

TEST_CASE(
    "The level of the login comes along, and programs have the highest", "[access][issuers]"
) {
    Door door;
    CHECK(door.actor(Profile::idporten).assurance == access::Assurance::none);
    const auto level = [&](Profile profile, const std::string& acr) {
        return door.actor(profile, {{"acr", '"' + acr + '"'}}).assurance;
    };
    CHECK(level(Profile::idporten, "idporten-loa-substantial") == access::Assurance::substantial);
    CHECK(level(Profile::ansattporten, "idporten-loa-high") == access::Assurance::high);
    CHECK(door.actor(Profile::maskinporten).assurance == access::Assurance::high);
}

TEST_CASE("What is asked for lies within what the token allows", "[access][issuers]") {
    Door door;
    const auto verdict = [&](Profile profile, const access::Capacity& capacity,
                             const Members& changes = {}) {
        const std::string text = Door::token(profile, changes);
        return test::reason_of(
            door.tokens->verify({.token = text, .proof = {}, .capacity = capacity})
        );
    };
    CHECK(verdict(Profile::ansattporten, {.unit = unit_id}) == "accepted");
    CHECK(verdict(Profile::ansattporten, {.unit = person_id}) == "unit");
    CHECK(verdict(Profile::ansattporten, {.representing = "0192:991825827"}) == "accepted");
    CHECK(verdict(Profile::ansattporten, {.representing = "0192:889640782"}) == "denied");
    CHECK(verdict(Profile::idporten, {.representing = "nonsense"}) == "denied");
    // The consumer is whom a supplier acts for, not the supplier.
    const Members delegated{{"supplier", supplier}, {"delegation_source", R"("altinn")"}};
    CHECK(verdict(Profile::maskinporten, {.representing = "991825827"}, delegated) == "accepted");
    CHECK(verdict(Profile::maskinporten, {.representing = "889640782"}, delegated) == "denied");
}

TEST_CASE("An employee is staff of the organisation represented", "[access][issuers]") {
    Door door;
    const Actor actor = door.actor(Profile::ansattporten);
    CHECK(actor.text() == "staff/" + std::string(staff_id));
    CHECK(actor.has_role("coordinator"));
    CHECK(door.verdict(Profile::ansattporten, {{"authorization_details", ""}}) == "tenant");
    CHECK(door.verdict(Profile::ansattporten, {{"pid", ""}}) == "claims");
}

TEST_CASE("A program is the service account of its organisations", "[access][issuers]") {
    Door door;
    const Actor own = door.actor(Profile::maskinporten);
    CHECK(own.text() == "service/import");
    CHECK(own.has_role("service:import"));
    CHECK(own.on_behalf_of.empty());
    const Actor vendor = door.actor(
        Profile::maskinporten, {{"supplier", supplier}, {"delegation_source", R"("altinn")"}}
    );
    CHECK(vendor.text() == "service/vendor");
    CHECK(vendor.on_behalf_of == "organisation/991825827");
    CHECK_FALSE(vendor.has_role("service:import"));
    CHECK(door.verdict(Profile::maskinporten, {{"consumer", supplier}}) == "unknown");
    // client_id is chosen freely at the issuer, and decides nothing.
    CHECK(door.actor(Profile::maskinporten, {{"client_id", R"("vendor")"}}).id == "import");
}

TEST_CASE("The configured directory knows neither staff nor persons", "[access][issuers]") {
    Door door;
    door.tokens = door.make(access::make_configured_directory(door.settings));
    CHECK(door.verdict(Profile::idporten) == "unknown");
    CHECK(door.verdict(Profile::ansattporten) == "unknown");
    CHECK(door.verdict(Profile::maskinporten) == "accepted");
}

TEST_CASE(
    "Bound tokens need their proof, as the issuer's settings ask", "[access][issuers][dpop]"
) {
    Door door;
    const test::MintKey key = test::MintKey::on_curve("P-256");
    const std::string thumbprint = access::Jwk::import(key.jwk("k"))->thumbprint();
    const std::string bound =
        Door::token(Profile::maskinporten, {{"cnf", R"({"jkt":")" + thumbprint + "\"}"}});
    const std::string unbound = Door::token(Profile::maskinporten);
    int proofs = 0;
    const auto with_proof = [&](const std::string& token) {
        const Members claims{
            {"jti", std::to_string(++proofs)},
            {"htm", R"("GET")"},
            {"htu", R"("https://samvev.example/ws/v1")"},
            {"iat", std::to_string(test::noon_seconds)},
            {"ath", '"' + base::to_base64url(base::as_view(base::sha256(token))) + '"'}
        };
        const std::string proof = key.token(
            R"({"alg":"ES256","typ":"dpop+jwt","jwk":)" + key.jwk("k") + "}",
            to_json(changed(claims, {{"jti", "\"j" + std::to_string(proofs) + '"'}})),
            Algorithm::es256
        );
        return test::reason_of(door.tokens->verify(
            {.token = token,
             .proof = {{.proof = proof, .method = "GET", .uri = "https://samvev.example/ws/v1"}},
             .capacity = {}}
        ));
    };
    const auto alone = [&](const std::string& token) {
        return test::reason_of(door.tokens->verify(token));
    };
    CHECK(alone(unbound) == "accepted");
    CHECK(with_proof(unbound) == "proof");
    CHECK(alone(bound) == "proof");  // A stolen one, sent as Bearer.
    CHECK(with_proof(bound) == "accepted");
    door.settings[2].proof = ProofPolicy::require;
    door.tokens = door.make();
    CHECK(alone(unbound) == "proof");
    CHECK(with_proof(unbound) == "proof");
    CHECK(with_proof(bound) == "accepted");
    door.settings[2].proof = ProofPolicy::off;
    door.tokens = door.make();
    CHECK(alone(unbound) == "accepted");
    CHECK(alone(bound) == "proof");
    CHECK(with_proof(bound) == "proof");
}

TEST_CASE("A logged out citizen's tokens are refused, and nobody else's", "[access][logout]") {
    Door door;
    for (IssuerSettings& issuer : door.settings) {
        issuer.client_id = "workspace";
    }
    door.tokens = door.make();
    const Members first{{"sid", R"("s1")"}, {"jti", R"("1")"}};
    const Members second{{"sid", R"("s2")"}, {"jti", R"("2")"}};
    CHECK(door.verdict(Profile::idporten, first) == "accepted");
    const Members logout{
        {"iss", R"("https://idporten.example")"},
        {"aud", R"("workspace")"},
        {"iat", "1800000000"},
        {"jti", R"("l")"},
        {"sid", R"("s1")"},
        {"events", R"({"http://schemas.openid.net/event/backchannel-logout":{}})"}
    };
    const auto signed_by = [&logout](
                               const test::MintKey& key, std::string_view kid, Algorithm algorithm
                           ) {
        const std::string header = R"({"alg":")" + std::string(to_text(algorithm)) +
                                   R"(","kid":")" + std::string(kid) + R"(","typ":"logout+jwt"})";
        return key.token(header, to_json(logout), algorithm);
    };
    const std::string forged = signed_by(test::MintKey::rsa(2048), "rs", Algorithm::rs256);
    CHECK(test::reason_of(door.tokens->end_login(forged)) == "signature");
    CHECK(door.verdict(Profile::idporten, first) == "accepted");

    const auto ended = door.tokens->end_login(signed_by(test::rsa_key(), "rs", Algorithm::rs256));
    REQUIRE(ended);
    CHECK(ended->session_id == "s1");
    CHECK(door.verdict(Profile::idporten, first) == "revoked");
    CHECK(door.verdict(Profile::idporten, second) == "accepted");
    // A logout token is no access token, and the other way round.
    CHECK(
        test::reason_of(door.tokens->verify(signed_by(test::rsa_key(), "rs", Algorithm::rs256))) ==
        "type"
    );
    CHECK(
        test::reason_of(door.tokens->end_login(Door::token(Profile::idporten, second))) == "type"
    );
}
