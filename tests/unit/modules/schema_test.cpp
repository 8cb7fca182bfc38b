#include "modules/schema.hpp"

#include <catch2/catch.hpp>
#include <samvev/json.hpp>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "modules/schema_rules.hpp"

using nlohmann::ordered_json;
using samvev::json;
using namespace samvev::modules;

namespace {

std::shared_ptr<const Schema> compiled(const std::string& text) {
    auto schema = compile_schema(prepare_schema(ordered_json::parse(text), ordered_json::object()));
    REQUIRE(schema);
    return *schema;
}

// "" when the data fits, else each violation as "field: problem" on a line.
std::string verdict(const Schema& schema, const std::string& data) {
    const auto result = schema.check(data);
    if (result) {
        return "";
    }
    CHECK(result.error().code == samvev::ErrorCode::invalid_argument);
    std::string out;
    const json told = json::parse(result.error().data);
    for (const auto& violation : told.at("violations")) {
        out += violation.at("field").get<std::string>() + ": " +
               violation.at("problem").get<std::string>() + "\n";
    }
    return out;
}
std::string verdict(const std::string& schema, const std::string& data) {
    return verdict(*compiled(schema), data);
}

const std::string task = R"({
    "type":"object","required":["title","responsible","dueOn"],"additionalProperties":false,
    "properties":{
        "title":{"type":"string","minLength":1,"maxLength":200},
        "responsible":{"type":"string","format":"uuid"},
        "dueOn":{"type":["string","null"],"format":"date"},
        "kind":{"enum":["call","meeting"]},
        "effort":{"type":"integer","minimum":1,"maximum":5},
        "tags":{"type":"array","uniqueItems":true,"maxItems":5,"items":{"type":"string","maxLength":10}},
        "place":{"type":"object","required":["name"],"additionalProperties":false,
                 "properties":{"name":{"type":"string"},"uri":{"type":"string","format":"uri"}}}
    }})";

const std::string good_task =
    R"({"title":"Ring skolen","responsible":"01890000-0000-7000-8000-000000000001","dueOn":"2026-12-01",
        "kind":"call","effort":2,"tags":["a","b"],"place":{"name":"Skolen","uri":"https://fjordvik.example"}})";

}  // namespace

TEST_CASE("Data that fits passes", "[modules][schema]") {
    CHECK(verdict(task, good_task).empty());
    CHECK(verdict(
              task,
              R"({"title":"x","responsible":"01890000-0000-7000-8000-000000000001","dueOn":null})"
    )
              .empty());
    CHECK(json::parse(compiled(task)->text()) == json::parse(task));
}

TEST_CASE(
    "Every violation is listed at its field, in words that say what is demanded",
    "[modules][schema]"
) {
    CHECK(
        verdict(
            task,
            R"({"responsible":"x","dueOn":"2026-02-30","kind":"party","effort":9,"tags":["a","a",3],"place":{"uri":"x"},"extra/1":1})"
        ) ==
        "/dueOn: must be a date (YYYY-MM-DD)\n"
        "/effort: must be at most 5\n"
        "/extra~11: is not a known field\n"
        "/kind: must be one of call, meeting\n"
        "/place/name: is required\n"
        "/place/uri: must be a URI\n"
        "/responsible: must be a UUID (36 characters, hyphenated)\n"
        "/tags: has an item twice\n"
        "/tags/2: must be of type string\n"
        "/title: is required\n"
    );
}

TEST_CASE("Each kind of demand is told in words", "[modules][schema]") {
    CHECK(verdict(R"({"type":["string","null"]})", "7") == ": must be of type string, null\n");
    CHECK(verdict(R"({"const":7})", "8") == ": must be 7\n");
    CHECK(
        verdict(R"({"type":"number","exclusiveMinimum":1.5})", "1.5") == ": must be more than 1.5\n"
    );
    CHECK(verdict(R"({"type":"number","exclusiveMaximum":2})", "2") == ": must be less than 2\n");
    CHECK(verdict(R"({"type":"integer","multipleOf":5})", "7") == ": must be a multiple of 5\n");
    CHECK(verdict(R"({"minLength":2})", R"("ø")") == ": is too short; fewest characters: 2\n");
    CHECK(verdict(R"({"maxLength":2})", R"("øøø")") == ": is too long; most characters: 2\n");
    CHECK(verdict(R"({"maxLength":2})", R"("øø")").empty());
    CHECK(verdict(R"({"minItems":1})", "[]") == ": has too few items; fewest: 1\n");
    CHECK(verdict(R"({"maxItems":1})", "[1,2]") == ": has too many items; most: 1\n");
    CHECK(verdict(R"({"minProperties":1})", "{}") == ": has too few members; fewest: 1\n");
    CHECK(verdict(R"({"dependencies":{"a":["b"]}})", R"({"a":1})").starts_with("/b: is required"));
}

TEST_CASE("Formats and uniqueness hold inside combinators too", "[modules][schema]") {
    const std::string either =
        R"({"anyOf":[{"type":"string","format":"uuid"},{"type":"string","format":"date"}]})";
    CHECK(verdict(either, R"("2026-12-01")").empty());
    CHECK(verdict(either, R"("01890000-0000-7000-8000-000000000001")").empty());
    CHECK_FALSE(verdict(either, R"("x")").empty());
    const std::string conditional =
        R"({"if":{"properties":{"kind":{"const":"a"}}},"then":{"properties":{"on":{"format":"date"}},"required":["on"]}})";
    CHECK(verdict(conditional, R"({"kind":"b","on":"x"})").empty());
    CHECK(verdict(conditional, R"({"kind":"a","on":"2026-12-01"})").empty());
    CHECK(
        verdict(conditional, R"({"kind":"a","on":"x"})").find("/on: must be a date") !=
        std::string::npos
    );
    CHECK_FALSE(verdict(R"({"not":{"format":"date"}})", R"("2026-12-01")").empty());
    const std::string unique = R"({"uniqueItems":true,"maxItems":9})";
    CHECK(verdict(unique, R"([1,"1",[1],{"a":1},{"a":2},null,true])").empty());
    CHECK_FALSE(verdict(unique, R"([{"a":1,"b":2},{"b":2,"a":1}])").empty());
    CHECK(verdict(R"({"uniqueItems":false})", "[1,1]").empty());
}

TEST_CASE("Draft-07 as it is written in the specification", "[modules][schema]") {
    CHECK(verdict(R"(true)", "7").empty());
    CHECK_FALSE(verdict(R"(false)", "7").empty());
    CHECK(verdict(R"({"propertyNames":{"maxLength":3}})", R"({"abc":1})").empty());
    CHECK_FALSE(verdict(R"({"propertyNames":{"maxLength":3}})", R"({"abcd":1})").empty());
    CHECK(verdict(R"({"contains":{"const":1}})", "[0,1]").empty());
    CHECK_FALSE(verdict(R"({"contains":{"const":1}})", "[0]").empty());
    CHECK_FALSE(verdict(R"({"oneOf":[{"type":"integer"},{"minimum":2}]})", "3").empty());
    CHECK(verdict(R"({"oneOf":[{"type":"integer"},{"minimum":2}]})", "1").empty());
    CHECK_FALSE(verdict(R"({"additionalProperties":{"type":"string"}})", R"({"a":1})").empty());
    CHECK_FALSE(
        verdict(R"({"items":[{"type":"string"}],"additionalItems":false})", R"(["a",1])").empty()
    );
}

TEST_CASE("Text that is no JSON document fails the same way", "[modules][schema]") {
    CHECK(verdict("{}", "{\"a\":").starts_with(": not JSON"));
    CHECK(verdict("{}", R"({"a":1,"a":2})") == ": key 'a' occurs twice\n");
    CHECK(verdict("{}", "").starts_with(": not JSON"));
    // A name the sender chose is repeated in the answer, whatever it holds.
    const auto result =
        compiled(R"({"additionalProperties":false})")->check(R"({"a'b: 'c\u0000":1})");
    REQUIRE_FALSE(result);
    CHECK(json::parse(result.error().data).is_object());
}

TEST_CASE("A schema is checked by many threads at once", "[modules][schema]") {
    const auto schema = compiled(task);
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 200; ++i) {
                wrong += schema->check(good_task) ? 0 : 1;
                wrong += schema->check(R"({"title":1})") ? 1 : 0;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(wrong == 0);
}

TEST_CASE("Checking is linear: nothing that fits in a message takes long", "[modules][schema]") {
    // 30 000 equal items once took valijson's uniqueItems 5·10⁸ comparisons.
    const auto schema = compiled(R"({"type":"array","uniqueItems":true,"maxItems":1000})");
    std::string many = "[0";
    for (int i = 1; i < 30'000; ++i) {
        many += "," + std::to_string(i % 10);
    }
    const auto start = std::chrono::steady_clock::now();
    CHECK_FALSE(schema->check(many + "]"));
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}

TEST_CASE("The time of one check", "[.bench][modules][schema]") {
    const auto schema = compiled(task);
    constexpr int rounds = 20'000;
    const auto start = std::chrono::steady_clock::now();
    int good = 0;
    for (int i = 0; i < rounds; ++i) {
        good += schema->check(good_task) ? 1 : 0;
    }
    const auto took = std::chrono::steady_clock::now() - start;
    WARN(
        std::chrono::duration_cast<std::chrono::nanoseconds>(took).count() / rounds << " ns a check"
    );
    CHECK(good == rounds);
}
