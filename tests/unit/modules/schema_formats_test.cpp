#include "modules/schema_formats.hpp"

#include <catch2/catch.hpp>

using namespace samvev::modules;

namespace {

bool date(std::string_view text) {
    return fits(Format::date, text);
}
bool date_time(std::string_view text) {
    return fits(Format::date_time, text);
}
bool uri(std::string_view text) {
    return fits(Format::uri, text);
}

}  // namespace

TEST_CASE("Formats are known by their names", "[modules][schema]") {
    for (const char* name : {"date", "date-time", "date-or-time", "uuid", "uri"}) {
        REQUIRE(parse_format(name));
        CHECK_FALSE(demand(*parse_format(name)).empty());
    }
    for (const char* name : {"", "Date", "email", "time", "uuid "}) {
        CHECK_FALSE(parse_format(name));
    }
}

TEST_CASE("A date is a day that exists", "[modules][schema]") {
    CHECK(date("2026-11-22"));
    CHECK(date("2024-02-29"));
    for (const char* text :
         {"2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "26-04-01", "2026-4-1",
          "2026-04-01T", "2026/04/01", "", " 2026-04-01", "2026-04-0a"}) {
        CAPTURE(text);
        CHECK_FALSE(date(text));
    }
}

TEST_CASE("A time is RFC 3339 with an offset", "[modules][schema]") {
    for (const char* text :
         {"2026-11-22T03:04:05Z", "2026-11-22T03:04:05.123456Z", "2026-11-22T03:04:05+02:00",
          "2026-11-22T23:59:59.9-11:30"}) {
        CAPTURE(text);
        CHECK(date_time(text));
    }
    for (const char* text :
         {"2026-11-22", "2026-11-22T03:04:05", "2026-11-22T24:00:00Z", "2026-11-22T03:04Z",
          "2026-02-30T03:04:05Z", "2026-11-22T03:04:05+0200", "x"}) {
        CAPTURE(text);
        CHECK_FALSE(date_time(text));
    }
    CHECK(fits(Format::date_or_time, "2026-11-22"));
    CHECK(fits(Format::date_or_time, "2026-11-22T03:04:05Z"));
    CHECK_FALSE(fits(Format::date_or_time, "yesterday"));
}

TEST_CASE("A UUID has hyphens, a URI has a scheme", "[modules][schema]") {
    CHECK(fits(Format::uuid, "01890000-0000-7000-8000-000000000001"));
    CHECK(fits(Format::uuid, "01890000-0000-7000-8000-00000000000A"));
    CHECK_FALSE(fits(Format::uuid, "018900000000700080000000000000001"));
    CHECK_FALSE(fits(Format::uuid, "01890000-0000-7000-8000-00000000000g"));
    CHECK_FALSE(fits(Format::uuid, ""));
    for (const char* text :
         {"https://fjordvik.example/a?b=c#d", "urn:uuid:01890000", "mailto:lo@fjordvik.example",
          "http://[::1]:80/%C3%B8"}) {
        CAPTURE(text);
        CHECK(uri(text));
    }
    for (const char* text :
         {"", "fjordvik.example", "/a/b", ":x", "1a:x", "http:", "http://a b", "http://a/%4",
          "http://a/%zz", "http://ø", "ht tp://a", "http://a/<b>"}) {
        CAPTURE(text);
        CHECK_FALSE(uri(text));
    }
}
