#include "wire/subscribe_params.hpp"

#include <catch2/catch.hpp>

using namespace samvev;
using wire::FrameEntry;

namespace {

struct Parsed {
    simdjson::dom::parser parser;
    FrameEntry entry;
    explicit Parsed(const std::string& json) {
        entry.params_element = parser.parse(json);
        entry.params_kind = entry.params_element.is_array() ? FrameEntry::Params::array
                                                            : FrameEntry::Params::object;
    }
};

ErrorCode subscribe_error(const std::string& json) {
    const Parsed parsed(json);
    const auto request = wire::read_subscribe_params(parsed.entry);
    REQUIRE_FALSE(request);
    return request.error().code;
}

}  // namespace

TEST_CASE("A subscription's filter is read as it stands", "[wire][subscribe_params]") {
    const Parsed parsed(
        R"({"from":"p1","include":"events","meta":{"any":1},"filter":{"cases":["018f3a52-7c10-7e21-9b5e-0a6c1d2e3f40"],"streams":["family/018f3a52-7c10-7e21-9b5e-0a6c1d2e3f41"],"types":["no.samvev.case.*","case.case-opened"]}})"
    );
    const auto request = wire::read_subscribe_params(parsed.entry);
    REQUIRE(request);
    CHECK(request->from == "p1");
    REQUIRE(request->filter.cases.size() == 1);
    CHECK(request->filter.cases[0].text() == "018f3a52-7c10-7e21-9b5e-0a6c1d2e3f40");
    CHECK(
        request->filter.streams ==
        std::vector<std::string>{"family/018f3a52-7c10-7e21-9b5e-0a6c1d2e3f41"}
    );
    CHECK(
        request->filter.types == std::vector<std::string>{"no.samvev.case.*", "case.case-opened"}
    );
}

TEST_CASE("A filter that is not understood is refused, not widened", "[wire][subscribe_params]") {
    for (const char* json :
         {R"({})", R"({"from":""})", R"({"from":"head","filter":{"tpyes":["x"]}})",
          R"({"from":"head","filter":null})",
          R"({"from":"head","filter":{"cases":["not-a-uuid"]}})",
          R"({"from":"head","filter":{"types":[""]}})", R"({"from":"head","filter":{"cases":[]}})",
          R"({"from":"head","filter":{"streams":[]}})", R"({"from":"head","filter":{"types":[]}})",
          R"({"from":"head","fiter":{}})", R"(["head"])"}) {
        CAPTURE(json);
        CHECK(subscribe_error(json) == ErrorCode::invalid_argument);
    }
}

TEST_CASE(
    "An unsubscription names its subscription, by name or by place", "[wire][subscribe_params]"
) {
    CHECK(
        wire::read_unsubscribe_params(Parsed(R"({"subscription":"s_1"})").entry).value() == "s_1"
    );
    CHECK(wire::read_unsubscribe_params(Parsed(R"(["s_1"])").entry).value() == "s_1");
    for (const char* json : {"{}", "[]", R"(["a","b"])", "[1]", R"({"subscription":null})"}) {
        const Parsed parsed(json);
        const auto id = wire::read_unsubscribe_params(parsed.entry);
        REQUIRE_FALSE(id);
        CHECK(id.error().code == ErrorCode::invalid_argument);
    }
    const auto absent = wire::read_unsubscribe_params(FrameEntry{});
    REQUIRE_FALSE(absent);
    CHECK(absent.error().code == ErrorCode::invalid_argument);
}
