#include "modules/strict_json.hpp"

#include <catch2/catch.hpp>

using nlohmann::ordered_json;
using samvev::json;
using samvev::modules::parse_strict;

TEST_CASE("Strict JSON reads what nlohmann reads", "[modules][json]") {
    for (const std::string text :
         {R"({"a":[1,-2,3.5,"x",null,true,{"b":{}}],"c":{"d":[[],[{}]]}})", "7", "\"x\"", "[]",
          "null", R"([{"a":1},{"a":2}])"}) {
        const auto strict = parse_strict<json>(text);
        CAPTURE(text, strict.problem);
        CHECK(strict.problem.empty());
        CHECK(strict.value == json::parse(text));
        CHECK(parse_strict<ordered_json>(text).value.dump() == ordered_json::parse(text).dump());
    }
}

TEST_CASE("Strict JSON refuses what may mean two things", "[modules][json]") {
    CHECK(parse_strict<json>(R"({"a":1,"b":{"a":2},"a":3})").problem == "key 'a' occurs twice");
    CHECK(parse_strict<json>(R"([{"x":{"y":1,"y":1}}])").problem == "key 'y' occurs twice");
    for (const std::string text :
         {"", "{", "[1,]", "{\"a\"}", "1 2", "\"\x80\"", "nul", "[1e999]", "{'a':1}"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_strict<json>(text).problem.empty());
        CHECK(parse_strict<json>(text).value.is_discarded());
    }
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(parse_strict<json>(nested(samvev::limits::json_depth_max)).problem.empty());
    CHECK_FALSE(parse_strict<json>(nested(samvev::limits::json_depth_max + 1)).problem.empty());
}
