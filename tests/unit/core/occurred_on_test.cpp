#include "case/occurred_on.hpp"

#include <catch2/catch.hpp>

using samvev::cases::sortable_time;

TEST_CASE("Times in any zone sort as they happened", "[core][case]") {
    CHECK(sortable_time("2010-10-02T23:30:00+02:00") == "2010-10-02T21:30:00.000000Z");
    CHECK(sortable_time("2010-10-02T23:30:00-01:30") == "2010-10-03T01:00:00.000000Z");
    CHECK(sortable_time("2010-10-02t23:30:00.1234567z") == "2010-10-02T23:30:00.123456Z");
    CHECK(sortable_time("2010-10-02T23:30:00Z") < sortable_time("2010-10-03T01:30:01+02:00"));
    CHECK(sortable_time("2010-10-02") < sortable_time("2010-10-02T00:00:00Z"));
}

TEST_CASE("What is no time comes back unchanged", "[core][case]") {
    for (const char* text :
         {"", "2010-10-02", "2010-13-02T23:30:00Z", "2010-10-02T23:30:00", "2010-10-02T23:30Z",
          "2010-10-02T23:30:00+02", "2010-10-02T23:30:00Zx", "in the morning"}) {
        INFO(text);
        CHECK(sortable_time(text) == text);
    }
}
