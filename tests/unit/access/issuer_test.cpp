#include "access/issuer.hpp"

#include <catch2/catch.hpp>

using namespace samvev;
using access::IssuerSettings;
using access::Profile;
using access::ServiceAccount;

namespace {

IssuerSettings machine_issuer() {
    IssuerSettings issuer;
    issuer.profile = Profile::maskinporten;
    issuer.issuer = "https://maskinporten.example/";
    issuer.keys = {
        .kind = access::KeySource::Kind::url, .place = "https://maskinporten.example/jwk"
    };
    issuer.required_scope_prefix = "fjordvik:samvev";
    issuer.services = {
        {.organisation = "991825827",
         .supplier = "",
         .name = "import",
         .tenant = 9999,
         .roles = {"service:import"}}
    };
    return issuer;
}

IssuerSettings citizen_issuer() {
    IssuerSettings issuer = machine_issuer();
    issuer.profile = Profile::idporten;
    issuer.audience = "unspecified";
    issuer.services.clear();
    issuer.tenants = {{"991825827", 9999}};
    return issuer;
}

std::string problems(const IssuerSettings& issuer) {
    std::string out;
    for (const std::string& problem : problems_of(issuer)) {
        out += problem.substr(0, problem.find_first_of(" :")) + ";";
    }
    return out;
}

}  // namespace

TEST_CASE("Settings that are safe have no problems", "[access][issuer]") {
    CHECK(problems(machine_issuer()).empty());
    CHECK(problems(citizen_issuer()).empty());
}

TEST_CASE("Nothing is left out that a token is to be measured by", "[access][issuer]") {
    IssuerSettings issuer = citizen_issuer();
    issuer.issuer.clear();
    issuer.keys.place.clear();
    issuer.audience.clear();
    issuer.tenants.clear();
    CHECK(problems(issuer) == "issuer;jwks_uri;audience;tenants;");
}

TEST_CASE("Without an audience of its own a server needs a scope of its own", "[access][issuer]") {
    IssuerSettings citizens = citizen_issuer();
    citizens.required_scope_prefix.clear();
    CHECK(problems(citizens) == "required_scope_prefix;");
    citizens.audience = "https://samvev.example";
    CHECK(problems(citizens).empty());
    IssuerSettings machines = machine_issuer();
    machines.required_scope_prefix.clear();
    CHECK(problems(machines) == "required_scope_prefix;");
    machines.audience = "unspecified";
    CHECK(problems(machines) == "audience;required_scope_prefix;");
}

TEST_CASE("Levels, services and tenants stand only where tokens have them", "[access][issuer]") {
    IssuerSettings machines = machine_issuer();
    machines.assurance_min = access::Assurance::high;
    CHECK(problems(machines) == "min_loa;");
    machines = machine_issuer();
    machines.services.clear();
    CHECK(problems(machines) == "service;");
    IssuerSettings citizens = citizen_issuer();
    citizens.services = machine_issuer().services;
    CHECK(problems(citizens) == "service;");
    citizens = citizen_issuer();
    citizens.tenants = {{"0192:991825827", 0}};
    CHECK(problems(citizens) == "tenants;tenants;");
}

TEST_CASE("A service is named, placed and given roles that can be given", "[access][issuer]") {
    IssuerSettings issuer = machine_issuer();
    issuer.services = {
        {.organisation = "1",
         .supplier = "2",
         .name = "Import",
         .tenant = 0,
         .roles = {"system:timer"}}
    };
    CHECK(
        problems(issuer) ==
        "service.organisation;service.supplier;service.name;service.tenant;service.roles;"
    );
    issuer.services = {machine_issuer().services[0], machine_issuer().services[0]};
    CHECK(problems(issuer) == "service;");
    issuer.services[1].supplier = "889640782";
    CHECK(problems(issuer).empty());
}
