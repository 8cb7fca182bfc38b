#include <samvev/json.hpp>

#include <catch2/catch.hpp>

#include <limits>
#include <string>

using samvev::InvalidJson;
using samvev::is_json_object;
using samvev::json;
using samvev::parse_json;

namespace {

// What nlohmann's own parser makes of it, value types included.
void check_as_nlohmann(const std::string& text) {
    const json expected = json::parse(text);
    const json parsed = parse_json(text);
    INFO(text);
    CHECK(parsed == expected);
    CHECK(parsed.type() == expected.type());
    CHECK(parsed.dump() == expected.dump());
}

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace

TEST_CASE("A document is read as nlohmann reads it", "[sdk]") {
    for (const char* const text :
         {"null", "true", "false", "0", "-1", "1", "18446744073709551615", "-9223372036854775808",
          "1.0", "-0.0", "1e300", "0.1", "\"\"", R"("Åse \"\u00e6\ud83d\ude00\"\n")", "[]", "{}",
          R"([1,[2,{"a":[]}],null])", R"({"b":1,"a":{"z":true,"y":[0.5]}})", " [ 1 , 2 ] "}) {
        check_as_nlohmann(text);
    }
    const json negative = parse_json("-5");
    CHECK(negative.is_number_integer());
    CHECK_FALSE(negative.is_number_unsigned());
    CHECK(parse_json("5").is_number_unsigned());
}

TEST_CASE("Documents of all sizes, one after the other, do not disturb each other", "[sdk]") {
    for (const std::size_t size : {std::size_t(1), std::size_t(70'000), std::size_t(3)}) {
        const std::string text = json{{"text", std::string(size, 'x')}}.dump();
        CHECK(parse_json(text)["text"].get_ref<const std::string&>().size() == size);
    }
    // Not followed by a terminator or by room of its own.
    const std::string longer = R"({"a":1}{"b":2})";
    CHECK(parse_json(std::string_view(longer).substr(0, 7)) == json{{"a", 1}});
}

TEST_CASE("What is no document is refused", "[sdk]") {
    for (const char* const text :
         {"",
          " ",
          "{",
          "}",
          "[1,]",
          "{\"a\":}",
          "{'a':1}",
          "nul",
          "01",
          "+1",
          "1.",
          "NaN",
          "1 2",
          "{\"a\":1,\"a\":2}",
          "{\"a\":{\"b\":1,\"b\":1}}",
          "\"\xff\"",
          "\"\x01\"",
          "[1]x",
          "18446744073709551616",
          "\"\\ud800\""}) {
        INFO(text);
        CHECK_THROWS_AS(parse_json(text), InvalidJson);
    }
    CHECK_NOTHROW(parse_json(nested(samvev::json_depth_max)));
    CHECK_THROWS_AS(parse_json(nested(samvev::json_depth_max + 1)), InvalidJson);
    CHECK_NOTHROW(parse_json(nested(3), 3));
    CHECK_THROWS_AS(parse_json(nested(4), 3), InvalidJson);
    // What was refused leaves nothing behind.
    CHECK(parse_json("[1]") == json{1});
}

TEST_CASE("An object is told from what is none without building it", "[sdk]") {
    CHECK(is_json_object(R"({"a":[1,2]})"));
    CHECK(is_json_object(" {} "));
    for (const char* const text : {"", "[]", "1", "null", "{", "{}{}", R"({"a":1)"}) {
        INFO(text);
        CHECK_FALSE(is_json_object(text));
    }
}
