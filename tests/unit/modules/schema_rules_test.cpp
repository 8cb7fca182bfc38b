#include "modules/schema_rules.hpp"

#include <catch2/catch.hpp>

using nlohmann::ordered_json;
using namespace samvev::modules;

namespace {

// "" when the schema is taken, else "path: what".
std::string verdict(const std::string& schema, const std::string& definitions = "{}") {
    try {
        static_cast<void>(
            prepare_schema(ordered_json::parse(schema), ordered_json::parse(definitions))
        );
        return "";
    } catch (const SchemaRefused& refused) {
        return refused.path + ": " + refused.what;
    }
}

}  // namespace

TEST_CASE("Definitions are put where they are referred to", "[modules][schema]") {
    const auto definitions = ordered_json::parse(
        R"({"text":{"type":"string","minLength":1},"pair":{"type":"array","items":{"$ref":"#/definitions/text"}}})"
    );
    const auto schema = ordered_json::parse(
        R"({"type":"object","properties":{"a":{"$ref":"#/definitions/pair","description":"two"},"b":{"$ref":"#/definitions/text"}}})"
    );
    CHECK(
        prepare_schema(schema, definitions).dump() ==
        R"({"type":"object","properties":{"a":{"type":"array","items":{"type":"string","minLength":1},"description":"two"},"b":{"type":"string","minLength":1}}})"
    );
}

TEST_CASE("What would surprise an author is refused with its place", "[modules][schema]") {
    CHECK(verdict(R"({"properties":{"a":{"pattern":"^x"}}})")
              .starts_with("/properties/a/pattern: 'pattern' is not taken"));
    CHECK(verdict(R"({"patternProperties":{}})").starts_with("/patternProperties: "));
    CHECK(verdict(R"({"properties":{"a":{"format":"email"}}})")
              .starts_with("/properties/a/format: format \"email\" is unknown"));
    CHECK(verdict(R"({"tpye":"object"})") == "/tpye: unknown keyword 'tpye'");
    CHECK(verdict(R"({"type":"text"})") == "/type: unknown type \"text\"");
    CHECK(verdict(R"({"type":[]})").starts_with("/type: "));
    CHECK(verdict(R"({"$ref":"#/definitions/x"})") == ": 'definitions' has no 'x'");
    CHECK(verdict(R"({"$ref":"x.json"})").starts_with(": '$ref' must be"));
    CHECK(
        verdict(R"({"$ref":"#/definitions/x","minLength":1})", R"({"x":{}})")
            .find("beside '$ref'") != std::string::npos
    );
    CHECK(
        verdict(
            R"({"$ref":"#/definitions/x"})",
            R"({"x":{"items":{"$ref":"#/definitions/y"}},"y":{"not":{"$ref":"#/definitions/x"}}})"
        )
            .find("refers to itself") != std::string::npos
    );
    CHECK(verdict(R"({"minLength":-1})").starts_with("/minLength: "));
    CHECK(verdict(R"({"minimum":"1"})").starts_with("/minimum: "));
    CHECK(verdict(R"({"enum":[]})").starts_with("/enum: "));
    CHECK(verdict(R"({"allOf":{}})").starts_with("/allOf: "));
    CHECK(verdict(R"({"properties":[]})").starts_with("/properties: "));
    CHECK(verdict(R"({"type":"array","uniqueItems":true})")
              .starts_with("/uniqueItems: needs maxItems"));
    CHECK(verdict(R"({"type":"array","uniqueItems":true,"maxItems":20})").empty());
    CHECK(
        verdict(R"({"additionalProperties":false,"required":["b"],"properties":{"a":{}}})") ==
        "/required: requires 'b', which is not in properties"
    );
    CHECK(verdict(R"({"items":[{"type":"null"},7]})").starts_with("/items/1: a schema is"));
    CHECK(
        verdict(
            R"({"properties":{"format":{"type":"string"},"pattern":true},"x-anything":{"pattern":1}})"
        )
            .empty()
    );
    std::string deep = "{}";
    for (int i = 0; i < 100; ++i) {
        deep = R"({"not":)" + deep + "}";
    }
    CHECK(verdict(deep).find("nested deeper") != std::string::npos);
}

TEST_CASE("Pointers into a schema are followed as far as they can be told", "[modules][schema]") {
    const auto schema = ordered_json::parse(R"({
        "type":"object","additionalProperties":false,
        "properties":{
            "a":{"type":"object","additionalProperties":false,"properties":{"b~c":{"type":"string"}}},
            "list":{"type":"array","items":{"type":"object","additionalProperties":false,"properties":{"x":{}}}},
            "open":{"type":"object"},
            "choice":{"oneOf":[{"type":"object"}]}
        }})");
    for (const char* pointer :
         {"/a", "/a/b~0c", "/list", "/list/0/x", "/open/anything", "/choice/anything"}) {
        CAPTURE(pointer);
        CHECK(can_hold(schema, pointer));
    }
    for (const char* pointer : {"/b", "/a/x", "/list/0/y"}) {
        CAPTURE(pointer);
        CHECK_FALSE(can_hold(schema, pointer));
    }
    CHECK(pointer_to("/a", "b/c~d") == "/a/b~1c~0d");
}
