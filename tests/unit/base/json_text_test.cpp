#include "base/json_text.hpp"

#include <catch2/catch.hpp>

using namespace samvev::base;

TEST_CASE("Text is escaped so that any bytes below 0x20 stay inside the string", "[base][json]") {
    CHECK(json_string("a\"b\\c\n\x01") == R"("a\"b\\c\n\u0001")");
    CHECK(json_string("blåbær") == "\"blåbær\"");
}

TEST_CASE("An object is built member by member", "[base][json]") {
    CHECK(
        JsonObject().text("a", "x").raw("b", "[1]").number("c", -3).boolean("d", true).take() ==
        R"({"a":"x","b":[1],"c":-3,"d":true})"
    );
    CHECK(JsonObject().take() == "{}");
}
