#include "access/organisation_id.hpp"

#include <catch2/catch.hpp>

using samvev::access::OrganisationId;
using samvev::access::parse_organisation_id;

TEST_CASE("Organisations are read in the spellings of the issuers", "[access][organisation]") {
    const OrganisationId digdir{.number = "991825827", .unit = ""};
    CHECK(parse_organisation_id("0192:991825827") == digdir);
    CHECK(parse_organisation_id("9908:991825827") == digdir);
    CHECK(parse_organisation_id("NO:ORGNR:991825827") == digdir);
    CHECK(parse_organisation_id("991825827") == digdir);
    const OrganisationId unit{.number = "991825827", .unit = "889640782"};
    CHECK(parse_organisation_id("0192:991825827:889640782") == unit);
    CHECK(parse_organisation_id("NO:ORGNR:991825827:889640782") == unit);
}

TEST_CASE("What only looks like an organisation is none", "[access][organisation]") {
    for (const char* const text :
         {"", ":", "0192:", "0192", "991825828", "0192:991825828", "0192:99182582",
          "0193:991825827", "0192:9918258270", "0192:991825827:", "0192:991825827:x",
          "0192:991825827:889640782:1", "NO:ORGNR", "NO:ORGNR:", "NO:991825827",
          "SE:ORGNR:991825827", " 991825827", "NO:ORGNR:991825827:889640782:889640782",
          "0192:0192:991825827"}) {
        INFO(text);
        CHECK_FALSE(parse_organisation_id(text));
    }
}
