#include <catch2/catch.hpp>

#include "coordination/instant.hpp"

using namespace samvev;
using coordination::end_of_day;
using coordination::instant_of;

TEST_CASE("An instant is read from a date or an RFC 3339 time", "[coordination][instant]") {
    CHECK(to_text(instant_of("2027-03-28T02:30:00+02:00")) == "2027-03-28T00:30:00.000000Z");
    CHECK(to_text(instant_of("2027-03-28T00:30:00Z")) == "2027-03-28T00:30:00.000000Z");
    CHECK(
        to_text(instant_of("2027-03-28T00:30:00.123456789-01:30")) == "2027-03-28T02:00:00.123456Z"
    );
    CHECK(to_text(instant_of("2027-03-28")) == "2027-03-27T23:00:00.000000Z");
    CHECK(to_text(instant_of("2027-07-01")) == "2027-06-30T22:00:00.000000Z");
}

TEST_CASE("What is no time is a fault, not a guess", "[coordination][instant]") {
    for (const char* text :
         {"", "2027-03", "2027-02-30", "2027-03-28T", "2027-03-28T10:00:00", "2027-03-28Tab:00:00Z"
         }) {
        CAPTURE(text);
        CHECK_THROWS_AS(instant_of(text), Fault);
    }
}

TEST_CASE("A day ends at midnight in Norway", "[coordination][instant]") {
    using namespace std::chrono;
    CHECK(to_text(end_of_day(year(2027) / 10 / 31)) == "2027-10-31T23:00:00.000000Z");
    CHECK(to_text(end_of_day(year(2027) / 10 / 30)) == "2027-10-30T22:00:00.000000Z");
    CHECK(to_text(end_of_day(year(2027) / 12 / 31)) == "2027-12-31T23:00:00.000000Z");
}
