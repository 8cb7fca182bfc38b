#include "access/local_day.hpp"

#include <catch2/catch.hpp>

using samvev::access::age_on;
using samvev::access::local_day;

namespace {

std::string day_at(const char* time) {
    return samvev::base::to_text(local_day(samvev::base::parse_timestamp(time).value()));
}

int age(const char* birth, const char* day) {
    return age_on(samvev::base::parse_date(birth).value(), samvev::base::parse_date(day).value());
}

}  // namespace

TEST_CASE("The day in Oslo begins an hour before UTC's, two in summer", "[access][local_day]") {
    CHECK(day_at("2027-01-31T22:59:59Z") == "2027-01-31");
    CHECK(day_at("2027-01-31T23:00:00Z") == "2027-02-01");
    CHECK(day_at("2027-07-01T21:59:59Z") == "2027-07-01");
    CHECK(day_at("2027-07-01T22:00:00Z") == "2027-07-02");
    CHECK(day_at("2027-03-27T22:30:00Z") == "2027-03-27");
    CHECK(day_at("2027-03-28T22:30:00Z") == "2027-03-29");
    CHECK(day_at("2027-10-30T22:30:00Z") == "2027-10-31");
    CHECK(day_at("2027-10-31T22:30:00Z") == "2027-10-31");
    CHECK(day_at("2026-12-31T23:00:00Z") == "2027-01-01");
}

TEST_CASE("One is a year older on the birthday; on 1 March when born on 29 February", "[access]") {
    CHECK(age("2015-05-04", "2031-05-03") == 15);
    CHECK(age("2015-05-04", "2031-05-04") == 16);
    CHECK(age("2016-02-29", "2032-02-29") == 16);
    CHECK(age("2016-02-29", "2031-02-28") == 14);
    CHECK(age("2016-02-29", "2031-03-01") == 15);
    CHECK(age("2027-05-04", "2027-05-03") == -1);
}
