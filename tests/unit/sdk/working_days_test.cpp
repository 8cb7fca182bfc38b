#include <samvev/working_days.hpp>

#include <catch2/catch.hpp>
#include <string>

#include <samvev/plugin.hpp>

using namespace samvev;

namespace {

std::string easter_of(int year) {
    return to_text(easter_sunday(std::chrono::year(year)));
}

std::string after(const char* date, int count) {
    return to_text(add_working_days(parse_date(date), count));
}

}  // namespace

TEST_CASE("Easter is computed for any year", "[sdk][working-days]") {
    CHECK(easter_of(1943) == "1943-04-25");
    CHECK(easter_of(2000) == "2000-04-23");
    CHECK(easter_of(2008) == "2008-03-23");
    CHECK(easter_of(2026) == "2026-04-05");
    CHECK(easter_of(2027) == "2027-03-28");
    CHECK(easter_of(2038) == "2038-04-25");
    CHECK(easter_of(2285) == "2285-03-22");
}

TEST_CASE("Red days and weekends are no working days", "[sdk][working-days]") {
    for (const char* red :
         {"2027-01-01", "2027-03-25", "2027-03-26", "2027-03-28", "2027-03-29", "2029-05-01",
          "2027-05-06", "2027-05-16", "2027-05-17", "2026-05-25", "2026-12-25", "2028-12-26",
          "2027-03-20", "2027-03-21"}) {
        INFO(red);
        CHECK_FALSE(is_working_day(parse_date(red)));
    }
    for (const char* black :
         {"2027-03-24", "2027-03-30", "2026-12-24", "2026-12-31", "2027-05-18", "2028-02-29"}) {
        INFO(black);
        CHECK(is_working_day(parse_date(black)));
    }
}

TEST_CASE("Working days are counted from the day after", "[sdk][working-days]") {
    // The answer to a handover offered on the Tuesday before Easter.
    CHECK(after("2027-03-23", 5) == "2027-04-02");
    CHECK(after("2026-09-01", 5) == "2026-09-08");
    CHECK(after("2026-09-05", 1) == "2026-09-07");
    CHECK(after("2026-12-23", 3) == "2026-12-29");
    CHECK(after("2027-05-05", 2) == "2027-05-10");
    CHECK(after("2026-09-01", 0) == "2026-09-01");
}
