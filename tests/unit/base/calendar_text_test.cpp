#include "base/calendar_text.hpp"

#include <catch2/catch.hpp>

using namespace samvev::base;

TEST_CASE("A timestamp survives being written and read", "[base][calendar]") {
    const auto parsed = parse_timestamp("2027-03-28T01:30:00.123456+02:00");
    REQUIRE(parsed.has_value());
    CHECK(to_text(*parsed) == "2027-03-27T23:30:00.123456Z");
    CHECK(parse_timestamp(to_text(*parsed)) == parsed);
}

TEST_CASE("A malformed timestamp is absent, never a guess", "[base][calendar]") {
    for (const char* text :
         {"", "2027-03-28", "2027-02-30T00:00:00Z", "2027-03-28T24:00:00Z", "2027-03-28T00:00:00",
          "2027-03-28T00:00:00.Z", "2027-03-28 00:00:00Z", "2027-03-28T00:00:00+0200",
          "x027-03-28T00:00:00Z"}) {
        INFO(text);
        CHECK_FALSE(parse_timestamp(text).has_value());
    }
}

TEST_CASE("A date must exist in the calendar", "[base][calendar]") {
    CHECK(parse_date("2028-02-29").has_value());
    CHECK_FALSE(parse_date("2027-02-29").has_value());
    CHECK_FALSE(parse_date("2027-2-1").has_value());
    CHECK(to_text(*parse_date("2027-03-28")) == "2027-03-28");
}
