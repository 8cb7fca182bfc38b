#include "access/issuer_client.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "access/compact_jws.hpp"
#include "access/jwk.hpp"
#include "base/form_text.hpp"
#include "support/temporary_directory.hpp"
#include "unit/access/issuer_fixture.hpp"

using namespace samvev;
using access::IssuerClient;
using access::IssuerSettings;

// This server as a client of HelseID: known by a key alone.
namespace {

const std::string issuer_name = "https://helseid.example";

struct Office {
    test::TemporaryDirectory directory;
    test::MintKey key = test::MintKey::rsa(2048);
    IssuerSettings settings;
    access::LoginEndpoints at;
    access::PendingLogin login;

    Office() {
        settings.profile = access::Profile::helseid;
        settings.issuer = issuer_name;
        settings.client_id = "workspace";
        settings.login.key_file = file(key.private_jwk("mine"));
        at.authorization = issuer_name + "/authorize";
        at.token = issuer_name + "/token";
        at.pushed = issuer_name + "/par";
        login.verifier = "verifier";
        login.redirect_uri = "https://samvev.example/login/v1/callback";
    }
    [[nodiscard]] std::string file(const std::string& text, mode_t mode = 0600) const {
        std::string path = directory.path() + "/client.key";
        std::ofstream(path) << text << "\n";
        ::chmod(path.c_str(), mode);
        return path;
    }
    [[nodiscard]] static IssuerClient::Fresh fresh(std::string nonce = {}) {
        return {.id = "once", .now = test::noon, .nonce = std::move(nonce)};
    }
};

std::string field(const access::TokenRequest& request, std::string_view name) {
    const auto fields = base::parse_form(request.form);
    REQUIRE(fields);
    return std::string(base::field_of(*fields, name));
}

access::CompactJws opened(const std::string& token) {
    auto jws = access::parse_compact_jws(token);
    REQUIRE(jws);
    return std::move(*jws);
}

}  // namespace

TEST_CASE("A client with a key proves who it is with it", "[access][login]") {
    Office office;
    IssuerClient client(office.settings);
    REQUIRE(client.prepare());
    const auto request = client.request_for(office.at, office.login, "code", Office::fresh());
    REQUIRE(request);
    CHECK(request->authorization.empty());
    CHECK(field(*request, "client_secret").empty());
    CHECK(
        field(*request, "client_assertion_type") ==
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    const std::string assertion = field(*request, "client_assertion");
    const auto jws = opened(assertion);
    CHECK(jws.algorithm == "PS256");
    CHECK(jws.type == "client-authentication+jwt");
    CHECK(jws.key_id == "mine");
    CHECK(
        jws.claims ==
        R"({"iss":"workspace","sub":"workspace","aud":"https://helseid.example","jti":"once",)"
        R"("iat":1800000000,"nbf":1800000000,"exp":1800000060})"
    );
    CHECK(access::Jwk::import(office.key.jwk("mine"))->verify(jws, access::Algorithm::ps256));
    CHECK(request->proof.empty());

    office.at.client_algorithms = {"ES256"};
    const auto refused = client.request_for(office.at, office.login, "code", Office::fresh());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid_argument);
}

TEST_CASE(
    "A client with a key pushes its wish, and the browser carries a name", "[access][login]"
) {
    Office office;
    IssuerClient client(office.settings);
    REQUIRE(client.prepare());
    REQUIRE(client.pushes(office.at));
    const auto push = client.push_of(office.at, office.login, "state", Office::fresh());
    REQUIRE(push);
    CHECK(push->address == office.at.pushed);
    CHECK(field(*push, "state") == "state");
    CHECK(field(*push, "code_challenge_method") == "S256");
    CHECK_FALSE(field(*push, "client_assertion").empty());
    CHECK(
        client.location_of(office.at, "urn:x:1") ==
        issuer_name + "/authorize?client_id=workspace&request_uri=urn%3Ax%3A1"
    );
    office.at.pushed.clear();
    CHECK_FALSE(client.pushes(office.at));
    IssuerSettings with_nothing = office.settings;
    with_nothing.login.key_file.clear();
    IssuerClient other(with_nothing);
    REQUIRE(other.prepare());
    office.at.pushed = issuer_name + "/par";
    CHECK_FALSE(other.pushes(office.at));
    office.at.wants_pushed = true;
    CHECK(other.pushes(office.at));
}

TEST_CASE("Where every token is bound, so are those of a login", "[access][login]") {
    Office office;
    office.settings.proof = access::ProofPolicy::require;
    IssuerClient client(office.settings);
    REQUIRE(client.prepare());
    const auto request =
        client.request_for(office.at, office.login, "code", Office::fresh("theirs"));
    REQUIRE(request);
    const auto jws = opened(request->proof);
    CHECK(jws.type == "dpop+jwt");
    CHECK(jws.algorithm == "ES256");
    CHECK(
        jws.claims == R"({"jti":"once-proof","htm":"POST","htu":"https://helseid.example/token",)"
                      R"("iat":1800000000,"nonce":"theirs"})"
    );
    const std::string start = R"("jwk":)";
    const std::size_t from = jws.header.find(start) + start.size();
    const std::string shown = jws.header.substr(from, jws.header.find('}', from) + 1 - from);
    const auto jwk = access::Jwk::import(shown);
    REQUIRE(jwk);
    CHECK(jwk->verify(jws, access::Algorithm::es256));
    CHECK(jwk->thumbprint() == client.binding());
    const auto push = client.push_of(office.at, office.login, "state", Office::fresh());
    REQUIRE(push);
    CHECK(field(*push, "dpop_jkt") == client.binding());
}

TEST_CASE("A client's key is for its owner alone", "[access][login]") {
    Office office;
    const auto refused = [&](const std::string& path) {
        IssuerSettings settings = office.settings;
        settings.login.key_file = path;
        const auto prepared = IssuerClient(settings).prepare();
        REQUIRE_FALSE(prepared);
        CHECK(prepared.error().code == ErrorCode::invalid_argument);
        return prepared.error().message;
    };
    CHECK(
        refused(office.file(office.key.private_pem(), 0640)).find("chmod 600") != std::string::npos
    );
    CHECK(refused(office.file("no key")).find("private") != std::string::npos);
    CHECK(refused(office.directory.path() + "/none").find("does not exist") != std::string::npos);
    IssuerSettings both = office.settings;
    both.login.secret_file = both.login.key_file;
    both.login.metadata = {.kind = access::KeySource::Kind::url, .place = issuer_name};
    const auto problems = problems_of(both);
    CHECK(std::ranges::any_of(problems, [](const std::string& problem) {
        return problem.starts_with("client_key_file");
    }));
}
