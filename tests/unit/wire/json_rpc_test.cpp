#include "wire/json_rpc.hpp"

#include <simdjson.h>

#include <catch2/catch.hpp>
#include <set>

using namespace samvev;
using wire::row_of;

TEST_CASE("Every error code has exactly one row without a reason", "[wire][json_rpc]") {
    for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
        int rows = 0;
        for (const wire::ErrorRow& row : wire::error_table()) {
            rows += row.code == static_cast<ErrorCode>(code) && row.reason.empty() ? 1 : 0;
        }
        CAPTURE(base::to_text(static_cast<ErrorCode>(code)));
        CHECK(rows == 1);
    }
}

TEST_CASE("Application codes are their HTTP status times 100 and something", "[wire][json_rpc]") {
    std::set<std::pair<int, std::string>> reasons;
    for (const wire::ErrorRow& row : wire::error_table()) {
        CAPTURE(row.slug);
        if (row.rpc_code > 0) {
            CHECK(row.rpc_code / 100 == row.status);
        } else {
            CHECK(row.rpc_code >= -32800);
            CHECK(row.rpc_code <= -32600);
        }
        CHECK(reasons.emplace(static_cast<int>(row.code), row.reason).second);
    }
}

TEST_CASE("An unknown reason falls back to the code's own row", "[wire][json_rpc]") {
    CHECK(row_of({ErrorCode::gone, "", R"({"reason":"whatever"})"}).rpc_code == 41001);
    CHECK(row_of({ErrorCode::gone, "", R"({"reason":"too_old"})"}).rpc_code == 41002);
    CHECK(row_of({ErrorCode::gone, "", "not json"}).rpc_code == 41001);
    CHECK(row_of({ErrorCode::gone, "", R"({"reason":7})"}).rpc_code == 41001);
    CHECK(row_of({ErrorCode::unauthenticated, "", ""}).rpc_code == 40101);
}

TEST_CASE("A problem is one JSON object whatever the texts hold", "[wire][json_rpc]") {
    const wire::TraceId trace("4bf92f3577b34da6a3ce929d0e0e4736");
    const Error error{
        ErrorCode::rejected, "a \"quoted\"\nline \\ \x01",
        R"({"rejections":[{"code":"x\"y"}],"title":"pose","detail":{}})"
    };
    const std::string text = wire::error_response("\"i\\\"d\"", error, trace);
    simdjson::dom::parser parser;
    simdjson::dom::element root = parser.parse(text);
    CHECK(std::string_view(root["id"]) == "i\"d");
    CHECK(std::int64_t(root["error"]["code"]) == 42201);
    const simdjson::dom::element problem = root["error"]["data"];
    CHECK(std::string_view(problem["detail"]) == error.message);
    CHECK(std::string_view(problem["title"]) == "Rejected by a rule");
    CHECK(std::string_view(problem["rejections"].at(0)["code"]) == "x\"y");
    CHECK(std::string_view(problem["traceId"]) == trace.text());
    // No member twice, or two readers see two problems.
    std::set<std::string_view> names;
    for (const auto member : simdjson::dom::object(problem)) {
        CHECK(names.insert(member.key).second);
    }
}

TEST_CASE("Responses have the members JSON-RPC asks for and no others", "[wire][json_rpc]") {
    CHECK(
        wire::result_response("7", "{\"a\":1}") == R"({"jsonrpc":"2.0","id":7,"result":{"a":1}})"
    );
    CHECK(
        wire::notification("session.hello", "{}") ==
        R"({"jsonrpc":"2.0","method":"session.hello","params":{}})"
    );
}
