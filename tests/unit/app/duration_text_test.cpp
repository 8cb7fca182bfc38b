#include "app/duration_text.hpp"

#include <catch2/catch.hpp>

using samvev::app::parse_duration;
using namespace std::chrono_literals;

TEST_CASE("A duration is a whole number and its unit", "[app]") {
    CHECK(parse_duration("90s") == 90s);
    CHECK(parse_duration("30m") == 30min);
    CHECK(parse_duration("8h") == 8h);
    CHECK(parse_duration("7d") == 168h);
    CHECK(parse_duration("0s") == 0s);
}

TEST_CASE("What is no duration is absent", "[app]") {
    for (const char* const text :
         {"", "8", "h", "8 h", "-8h", "+8h", "8.5h", "8w", "8hh", "99999999999999999999s",
          "99999999d"}) {
        INFO(text);
        CHECK_FALSE(parse_duration(text));
    }
}
