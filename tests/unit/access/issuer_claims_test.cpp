// What is peculiar to each of the Norwegian issuers.

#include "access/issuer_claims.hpp"

#include "unit/access/issuer_fixture.hpp"

using namespace samvev;
using access::Assurance;
using access::IssuerSettings;
using access::OrganisationId;
using access::Principal;
using access::Profile;
using test::changed;
using test::Members;
using test::to_json;

namespace {

// Month + 80: a synthetic number that nobody can have.
constexpr std::string_view pid = "17912099997";
const OrganisationId fjordvik{.number = "991825827", .unit = ""};

const Members times{{"iat", "1799999990"}, {"exp", "1800000120"}};

struct Issuer {
    IssuerSettings settings;
    std::string type;
    Members good;

    [[nodiscard]] Result<Principal> read(const Members& changes = {}) const {
        return read_typed(type, changes);
    }
    [[nodiscard]] Result<Principal> read_typed(std::string_view typ, const Members& changes = {})
        const {
        return access::read_issuer_claims(
            to_json(changed(changed(times, good), changes)),
            {.issuer = settings, .type = typ, .now = test::noon}
        );
    }
    [[nodiscard]] std::string verdict(const Members& changes) const {
        return test::reason_of(read(changes));
    }
};

Issuer idporten() {
    Issuer issuer;
    issuer.settings.profile = Profile::idporten;
    issuer.settings.issuer = "https://idporten.example";
    issuer.settings.audience = "unspecified";
    issuer.settings.required_scope_prefix = "fjordvik:samvev";
    issuer.settings.assurance_min = Assurance::high;
    issuer.good = {
        {"iss", R"("https://idporten.example")"},
        {"aud", R"("unspecified")"},
        {"sub", R"("vEKsDHVVZ6DpnYKmWjLqEJtMZy5L4QPo")"},
        {"pid", '"' + std::string(pid) + '"'},
        {"acr", R"("idporten-loa-high")"},
        {"scope", R"("openid fjordvik:samvev.read")"},
        {"client_id", R"("c1")"},
        {"token_type", R"("Bearer")"},
        {"consumer", R"({"authority":"iso6523-actorid-upis","ID":"0192:991825827"})"},
    };
    return issuer;
}

Issuer ansattporten() {
    Issuer issuer = idporten();
    issuer.settings.profile = Profile::ansattporten;
    issuer.settings.assurance_min = Assurance::substantial;
    issuer.good["authorization_details"] =
        R"([{"resource":"urn:altinn:resource:1:2","type":"ansattporten:altinn:service",)"
        R"("resource_name":"Samvev","reportees":[{"Rights":["Read"],"Authority":)"
        R"("iso6523-actorid-upis","ID":"0192:889640782","Name":"Fjordvik"}]}])";
    return issuer;
}

Issuer maskinporten() {
    Issuer issuer;
    issuer.settings.profile = Profile::maskinporten;
    issuer.settings.issuer = "https://maskinporten.example/";
    issuer.settings.required_scope_prefix = "fjordvik:samvev";
    issuer.good = {
        {"iss", R"("https://maskinporten.example/")"},
        {"client_amr", R"("private_key_jwt")"},
        {"scope", R"("fjordvik:samvev/write")"},
        {"client_id", R"("m1")"},
        {"jti", R"("j")"},
        {"consumer", R"({"authority":"iso6523-actorid-upis","ID":"0192:991825827"})"},
    };
    return issuer;
}

Issuer helseid() {
    Issuer issuer;
    issuer.settings.profile = Profile::helseid;
    issuer.settings.issuer = "https://helseid.example";
    issuer.settings.audience = "fjordvik:samvev";
    issuer.settings.assurance_min = Assurance::high;
    issuer.type = "at+jwt";
    issuer.good = {
        {"iss", R"("https://helseid.example")"},
        {"aud", R"("fjordvik:samvev")"},
        {"sub", R"("pseudonym")"},
        {"scope", R"(["openid","fjordvik:samvev/api"])"},
        {"client_id", R"("h1")"},
        {"sid", R"("S1")"},
        {"helseid://claims/identity/pid", '"' + std::string(pid) + '"'},
        {"helseid://claims/identity/security_level", R"("4")"},
        {"helseid://claims/client/claims/orgnr_parent", R"("991825827")"},
        {"helseid://claims/client/claims/orgnr_child", R"("889640782")"},
        {"cnf", R"({"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"})"},
    };
    return issuer;
}

}  // namespace

TEST_CASE("ID-porten: a citizen, by pid or pairwise sub", "[access][idporten]") {
    const Issuer issuer = idporten();
    const auto principal = issuer.read();
    REQUIRE(principal);
    CHECK(principal->pid->reveal() == pid);
    CHECK(principal->consumer == fjordvik);
    CHECK(principal->assurance == Assurance::high);
    CHECK(principal->scopes == std::vector<std::string>{"openid", "fjordvik:samvev.read"});
    CHECK_FALSE(is_machine(*principal));
    const auto without_pid = issuer.read({{"pid", ""}});
    REQUIRE(without_pid);
    CHECK_FALSE(without_pid->pid);
    CHECK(issuer.verdict({{"pid", ""}, {"sub", ""}}) == "claims");
    CHECK(issuer.verdict({{"pid", R"("1791209999")"}}) == "claims");
    CHECK(issuer.verdict({{"pid", "17912099997"}}) == "claims");
    CHECK(issuer.verdict({{"consumer", R"({"authority":"x","ID":"0192:991825827"})"}}) == "claims");
    CHECK(issuer.verdict({{"consumer", R"("0192:991825827")"}}) == "claims");
}

TEST_CASE(
    "ID-porten: typ is not asked for, but another kind of token shows", "[access][idporten]"
) {
    const Issuer issuer = idporten();
    CHECK(test::reason_of(issuer.read_typed("JWT")) == "accepted");
    CHECK(test::reason_of(issuer.read_typed("at+jwt")) == "accepted");
    CHECK(test::reason_of(issuer.read_typed("logout+jwt")) == "type");
    // Its id_token: aud is the client, no scope, at_hash.
    CHECK(issuer.verdict({{"scope", ""}}) == "type");
    CHECK(issuer.verdict({{"at_hash", R"("h")"}}) == "type");
    CHECK(issuer.verdict({{"aud", R"("c1")"}}) == "audience");
}

TEST_CASE(
    "ID-porten: unspecified is an audience only where it is configured", "[access][idporten]"
) {
    Issuer issuer = idporten();
    CHECK(issuer.verdict({{"aud", R"("https://samvev.example")"}}) == "audience");
    issuer.settings.audience = "https://samvev.example";
    CHECK(issuer.verdict({{"aud", R"("https://samvev.example")"}}) == "accepted");
    CHECK(issuer.verdict({}) == "audience");
}

TEST_CASE("A scope of this server is required, to the end of a word", "[access][idporten]") {
    const Issuer issuer = idporten();
    CHECK(issuer.verdict({{"scope", R"("fjordvik:samvev")"}}) == "accepted");
    CHECK(issuer.verdict({{"scope", R"("fjordvik:samvev/x.y")"}}) == "accepted");
    for (const char* const scope :
         {R"("")", R"("openid")", R"("fjordvik:samvevende")", R"("xfjordvik:samvev")",
          R"("Fjordvik:samvev")"}) {
        INFO(scope);
        CHECK(issuer.verdict({{"scope", scope}}) == "scope");
    }
    CHECK(issuer.verdict({{"scope", "7"}}) == "claims");
    CHECK(issuer.verdict({{"scope", R"([7])"}}) == "claims");
}

TEST_CASE("Levels of assurance are compared by their ends", "[access][idporten]") {
    Issuer issuer = idporten();
    for (const char* const high :
         {R"("idporten-loa-high")", R"("eidas-loa-high")", R"("Level4")"}) {
        CHECK(issuer.verdict({{"acr", high}}) == "accepted");
    }
    for (const char* const less :
         {R"("idporten-loa-substantial")", R"("Level3")", R"("idporten-loa-low")", R"("highest")",
          R"("")", ""}) {
        INFO(less);
        CHECK(issuer.verdict({{"acr", less}}) == "login_level");
    }
    CHECK(issuer.verdict({{"acr", "4"}}) == "claims");
    issuer.settings.assurance_min = Assurance::substantial;
    CHECK(issuer.verdict({{"acr", R"("idporten-loa-substantial")"}}) == "accepted");
}

TEST_CASE("Ansattporten: an employee and the one organisation chosen", "[access][ansattporten]") {
    const Issuer issuer = ansattporten();
    const auto principal = issuer.read();
    REQUIRE(principal);
    CHECK(principal->representing->number == "889640782");
    CHECK(principal->consumer == fjordvik);
    // A login without representation succeeds there; who takes the token must see that.
    const auto alone = issuer.read({{"authorization_details", ""}});
    REQUIRE(alone);
    CHECK_FALSE(alone->representing);
    const std::string start = R"([{"type":"ansattporten:altinn:service","reportees":[)";
    const std::string first = R"({"Authority":"iso6523-actorid-upis","ID":"0192:889640782"})";
    const std::string second = R"({"Authority":"iso6523-actorid-upis","ID":"0192:991825827"})";
    const auto with = [&](const std::string& details) {
        return issuer.verdict({{"authorization_details", details}});
    };
    CHECK(with(start + first + "," + first + "]}]") == "accepted");
    CHECK(with(start + first + "," + second + "]}]") == "claims");
    CHECK(with(start + R"({"Authority":"x","ID":"0192:889640782"}]}])") == "claims");
    CHECK(with(start + "7]}]") == "claims");
    CHECK(with("{}") == "claims");
    const auto other_type =
        issuer.read({{"authorization_details", R"([{"type":"other","reportees":[)" + first + "]}]"}}
        );
    REQUIRE(other_type);
    CHECK_FALSE(other_type->representing);
}

TEST_CASE(
    "Maskinporten: a program of its consumer, and of a supplier by delegation",
    "[access][maskinporten]"
) {
    Issuer issuer = maskinporten();
    const auto principal = issuer.read();
    REQUIRE(principal);
    CHECK(is_machine(*principal));
    CHECK(principal->subject.empty());
    CHECK(principal->consumer == fjordvik);
    const std::string supplier = R"({"authority":"iso6523-actorid-upis","ID":"0192:889640782"})";
    CHECK(issuer.verdict({{"consumer", ""}}) == "claims");
    CHECK(issuer.verdict({{"supplier", supplier}}) == "claims");
    const auto delegated =
        issuer.read({{"supplier", supplier}, {"delegation_source", R"("https://altinn.example")"}});
    REQUIRE(delegated);
    CHECK(delegated->supplier->number == "889640782");
    CHECK(
        issuer.verdict({{"authorization_details", R"([{"type":"urn:altinn:systemuser"}])"}}) ==
        "claims"
    );
    // Restricted to somebody: taken only when that is configured to be us.
    CHECK(issuer.verdict({{"aud", R"("https://other.example")"}}) == "audience");
    issuer.settings.audience = "https://samvev.example";
    CHECK(issuer.verdict({{"aud", R"("https://samvev.example")"}}) == "accepted");
    CHECK(issuer.verdict({}) == "audience");
}

TEST_CASE(
    "HelseID: claims with addresses for names, one audience, a level as a digit",
    "[access][helseid]"
) {
    const Issuer issuer = helseid();
    const auto principal = issuer.read();
    REQUIRE(principal);
    CHECK(principal->pid->reveal() == pid);
    CHECK(principal->consumer == OrganisationId{.number = "991825827", .unit = "889640782"});
    CHECK(principal->assurance == Assurance::high);
    CHECK(principal->session_id == "S1");
    CHECK(principal->confirmation == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    CHECK_FALSE(is_machine(*principal));
    CHECK(test::reason_of(issuer.read_typed("JWT")) == "accepted");
    CHECK(test::reason_of(issuer.read_typed("")) == "type");
    CHECK(issuer.verdict({{"aud", R"(["fjordvik:samvev"])"}}) == "accepted");
    CHECK(issuer.verdict({{"aud", R"(["fjordvik:samvev","other"])"}}) == "audience");
    CHECK(
        issuer.verdict({{"helseid://claims/identity/security_level", R"("3")"}}) == "login_level"
    );
    CHECK(
        issuer.verdict({{"helseid://claims/client/claims/orgnr_parent", "991825827"}}) == "claims"
    );
    const auto machine = issuer.read(
        {{"sub", ""},
         {"helseid://claims/identity/pid", ""},
         {"helseid://claims/identity/security_level", ""}}
    );
    REQUIRE(machine);
    CHECK(is_machine(*machine));
}

TEST_CASE("A binding that cannot be checked is refused", "[access][helseid]") {
    const Issuer issuer = helseid();
    for (const char* const confirmation :
         {R"({"x5t#S256":"a"})", R"({"jkt":"a","x5t#S256":"a"})", R"({"jkt":7})", R"({"jkt":""})",
          "{}", R"("a")", "null"}) {
        INFO(confirmation);
        CHECK(issuer.verdict({{"cnf", confirmation}}) == "claims");
    }
}

TEST_CASE("RFC 9068: what such a token always has", "[access][rfc9068]") {
    Issuer issuer;
    issuer.settings.profile = Profile::rfc9068;
    issuer.settings.issuer = "https://issuer.example";
    issuer.settings.audience = "samvev";
    issuer.type = "at+jwt";
    issuer.good = {
        {"iss", R"("https://issuer.example")"},
        {"aud", R"("samvev")"},
        {"sub", R"("s")"},
        {"client_id", R"("c")"},
        {"jti", R"("j")"}
    };
    REQUIRE(issuer.read());
    CHECK_FALSE(is_machine(*issuer.read()));
    CHECK(is_machine(*issuer.read({{"sub", R"("c")"}})));
    for (const char* const name : {"sub", "client_id", "iat", "jti"}) {
        INFO(name);
        CHECK(issuer.verdict({{name, ""}}) == "claims");
    }
}
