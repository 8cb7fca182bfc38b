#include "app/demo_script.hpp"

#include <catch2/catch.hpp>

#include "base/calendar_text.hpp"

using samvev::app::resolve_demo_date;
using samvev::base::parse_timestamp;

namespace {

std::string resolved(const std::string& text, const std::string& now) {
    return resolve_demo_date(text, *parse_timestamp(now));
}

}  // namespace

TEST_CASE("A day of the demo is counted from today in Oslo", "[app][demo]") {
    CHECK(resolved("@today", "2026-11-22T12:00:00Z") == "2026-11-22");
    CHECK(resolved("@today", "2026-11-22T23:30:00Z") == "2026-11-23");
    CHECK(resolved("@today+10", "2026-11-22T12:00:00Z") == "2026-12-02");
    CHECK(resolved("@today-22", "2026-11-22T12:00:00Z") == "2026-10-31");
}

TEST_CASE("A time of the demo is Oslo's, also around the change of the clock", "[app][demo]") {
    CHECK(resolved("@today 09:30", "2026-11-22T12:00:00Z") == "2026-11-22T08:30:00.000000Z");
    CHECK(resolved("@today 09:30", "2026-07-01T12:00:00Z") == "2026-07-01T07:30:00.000000Z");
    // 29 March 2026: two o'clock becomes three. 25 October: three becomes two.
    CHECK(resolved("@today 01:30", "2026-03-29T12:00:00Z") == "2026-03-29T00:30:00.000000Z");
    CHECK(resolved("@today 14:00", "2026-03-29T12:00:00Z") == "2026-03-29T12:00:00.000000Z");
    CHECK(resolved("@today 01:30", "2026-10-25T12:00:00Z") == "2026-10-24T23:30:00.000000Z");
    CHECK(resolved("@today 14:00", "2026-10-25T12:00:00Z") == "2026-10-25T13:00:00.000000Z");
    CHECK(resolved("@today-3 23:59", "2026-11-22T12:00:00Z") == "2026-11-19T22:59:00.000000Z");
}

TEST_CASE("Every other text stays as it is", "[app][demo]") {
    for (const char* const text :
         {"", "today", "@tomorrow", "@today+", "@today+x", "@today+3d", "@today 25:00",
          "@today noon"}) {
        INFO(text);
        CHECK(resolved(text, "2026-11-22T12:00:00Z") == text);
    }
}
