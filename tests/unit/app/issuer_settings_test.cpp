#include "app/issuer_settings.hpp"

#include <samvev/json.hpp>

#include <catch2/catch.hpp>
#include <sstream>

#include "app/settings.hpp"
#include "support/file_text.hpp"
#include "support/temporary_directory.hpp"

using namespace samvev;
using app::load_settings;

namespace {

constexpr std::string_view whole = R"(
[[issuer]]
profile = "maskinporten"
issuer = "https://maskinporten.example/"
jwks_uri = "https://maskinporten.example/jwk"
required_scope_prefix = "fjordvik:samvev"
algorithms = ["RS256"]
dpop = "allow"
[[issuer.service]]
organisation = "991825827"
supplier = "889640782"
name = "school-import"
tenant = 9999
roles = ["service:import"]
[[issuer]]
profile = "idporten"
issuer = "https://idporten.example"
jwks_file = "keys.json"
audience = "unspecified"
required_scope_prefix = "fjordvik:samvev"
min_loa = "high"
tenants = {"991825827" = 9999}
)";

struct Loaded {
    test::TemporaryDirectory directory;
    Result<app::EffectiveSettings> result;
    explicit Loaded(std::string_view content)
        : result(load_settings(
              {test::write_file(directory.path() + "/samvev.toml", std::string(content)), {}, {}}
          )) {}

    // The problems without the file's directory.
    [[nodiscard]] std::string problems() const {
        if (result) {
            return "";
        }
        CHECK(result.error().code == ErrorCode::invalid_argument);
        std::string text = result.error().message;
        for (auto at = text.find(directory.path()); at != std::string::npos;
             at = text.find(directory.path())) {
            text.erase(at, directory.path().size() + 1);
        }
        return text;
    }
};

}  // namespace

TEST_CASE("Issuers are read from the file, and read back from what is written", "[app][issuers]") {
    const Loaded loaded(whole);
    REQUIRE(loaded.problems().empty());
    const auto& issuers = loaded.result->settings.issuers;
    REQUIRE(issuers.size() == 2);
    CHECK(issuers[0].profile == access::Profile::maskinporten);
    CHECK(issuers[0].keys.kind == access::KeySource::Kind::url);
    CHECK(issuers[0].proof == access::ProofPolicy::allow);
    CHECK(issuers[0].algorithms == std::vector{access::Algorithm::rs256});
    REQUIRE(issuers[0].services.size() == 1);
    CHECK(issuers[0].services[0].supplier == "889640782");
    CHECK(issuers[0].services[0].roles == std::vector<std::string>{"service:import"});
    CHECK(issuers[1].keys == access::KeySource{access::KeySource::Kind::file, "keys.json"});
    CHECK(issuers[1].assurance_min == access::Assurance::high);
    CHECK(issuers[1].tenants.at("991825827") == 9999);
    const Loaded again(to_toml(loaded.result->settings));
    REQUIRE(again.problems().empty());
    CHECK(again.result->settings == loaded.result->settings);
    const json written = json::parse(to_json_text(loaded.result->settings));
    CHECK(written.at("issuer").at(0).at("service").at(0).at("tenant") == 9999);
    CHECK(written.at("issuer").at(1).at("tenants").at("991825827") == 9999);
}

TEST_CASE("The commented example is good settings once the # are gone", "[app][issuers]") {
    std::string text;
    std::istringstream lines(app::issuers_as_toml({}));
    for (std::string line; std::getline(lines, line);) {
        const bool is_key = line.starts_with("# ") && line.find(" = ") != std::string::npos;
        const bool is_either =
            line.starts_with("# jwks_file") || line.starts_with("# client_key_file");
        if ((is_key && !is_either) || line == "# [[issuer]]") {
            text += line.substr(2) + "\n";
        }
    }
    CHECK(Loaded(text).problems().empty());
}

TEST_CASE("Every mistake is told with its line and what to do", "[app][issuers]") {
    const Loaded loaded(R"([[issuer]]
profile = "idportal"
isuer = "https://idporten.example"
jwks_uri = "http://idporten.example/jwks"
jwks_file = "keys.json"
algorithms = ["EdDSA"]
min_loa = "Level4"
dpop = "yes"
tenants = {"991825827" = 0}
audience = 7
)");
    CHECK(
        loaded.problems() ==
        "samvev.toml:2: issuer.profile: 'idportal' is not one of idporten, ansattporten, "
        "maskinporten, helseid, rfc9068\n"
        "samvev.toml:1: issuer.jwks_file and jwks_uri are both there; keep one of them\n"
        "samvev.toml:10: issuer.audience takes a text in quotes, not empty\n"
        "samvev.toml:6: issuer.algorithms: 'EdDSA' is not one of RS, PS or ES with 256, 384 or "
        "512\n"
        "samvev.toml:7: issuer.min_loa: 'Level4' is not one of low, substantial, high\n"
        "samvev.toml:8: issuer.dpop: 'yes' is not one of off, allow, require\n"
        "samvev.toml:9: issuer.tenants: 991825827 takes a tenant number from 1 on\n"
        "samvev.toml:3: issuer.isuer is not a key here; did you mean 'issuer'?"
    );
}

TEST_CASE("What is well written and unsafe is refused too", "[app][issuers]") {
    CHECK(Loaded(R"([[issuer]]
profile = "idporten"
issuer = "https://idporten.example"
jwks_uri = "https://idporten.example/jwks"
audience = "unspecified"
tenants = {"991825827" = 9999}
)")
              .problems()
              .starts_with("samvev.toml:1: issuer.required_scope_prefix is missing; without an"));
    CHECK(
        Loaded("[issuer]\nprofile = \"idporten\"\n").problems() ==
        "samvev.toml:1: an issuer is written as [[issuer]], with two brackets"
    );
    const std::string one(whole.substr(0, whole.find("[[issuer]]", 10)));
    CHECK(Loaded(one + one).problems().find("stands here twice") != std::string::npos);
    CHECK(Loaded("[server]\npublic_url = \"samvev.example/\"\n")
              .problems()
              .starts_with("server.public_url: 'samvev.example/' is not like"));
}
