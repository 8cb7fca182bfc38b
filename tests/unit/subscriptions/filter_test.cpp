#include "subscriptions/filter.hpp"

#include <catch2/catch.hpp>

#include "base/limits.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using subscriptions::EventFilter;
using subscriptions::Filter;
using subscriptions::StreamSet;

namespace {

bool matches(const std::string& pattern, std::string_view type, std::uint32_t version = 1) {
    Filter filter;
    filter.types = {pattern};
    const auto parsed = EventFilter::parse(filter);
    REQUIRE(parsed.has_value());
    return parsed->matches_type(type, version);
}

}  // namespace

TEST_CASE(
    "A type pattern is a type, a prefix up to a dot, or everything", "[subscriptions][filter]"
) {
    CHECK(matches("case.case-opened", "case.case-opened"));
    CHECK(matches("no.samvev.case.case-opened", "case.case-opened", 3));
    CHECK_FALSE(matches("case.case-opened", "case.case-opened-again"));
    CHECK(matches("no.samvev.case.*", "case.case-opened"));
    CHECK(matches("case.*", "case.case-opened"));
    CHECK_FALSE(matches("case.*", "case-work.started"));
    CHECK_FALSE(matches("case.*", "coordination.task-done"));
    CHECK(matches("*", "coordination.task-done"));
    CHECK(matches("no.samvev.*", "coordination.task-done"));
}

TEST_CASE("A version at the end asks for that version as delivered", "[subscriptions][filter]") {
    CHECK(matches("no.samvev.case.case-opened.v2", "case.case-opened", 2));
    CHECK_FALSE(matches("case.case-opened.v2", "case.case-opened", 1));
    CHECK_FALSE(matches("case.case-opened.vx", "case.case-opened", 1));
}

TEST_CASE("A malformed filter is an invalid argument", "[subscriptions][filter]") {
    const auto code = [](const Filter& filter) {
        const auto parsed = EventFilter::parse(filter);
        REQUIRE_FALSE(parsed.has_value());
        return parsed.error().code;
    };
    for (const char* const type :
         {"", "no.samvev.", "case.*.opened", "Case.opened", ".", "case.", "*.*", "case opened",
          ".*", "case\".opened"}) {
        INFO(type);
        CHECK(code({{}, {}, {type}}) == ErrorCode::invalid_argument);
    }
    for (const char* const stream :
         {"", "case", "case/", "case/1", "/01000000-0000-0000-0000-000000000001"}) {
        INFO(stream);
        CHECK(code({{}, {stream}, {}}) == ErrorCode::invalid_argument);
    }
    Filter many;
    for (std::uint64_t i = 0; i <= limits::filter_streams_max; ++i) {
        many.cases.push_back(test::numbered_uuid(i));
    }
    CHECK(code(many) == ErrorCode::invalid_argument);
    many.cases.pop_back();
    CHECK(EventFilter::parse(many).has_value());
    const std::vector<std::string> types(limits::filter_types_max + 1, "case.*");
    CHECK(code({{}, {}, types}) == ErrorCode::invalid_argument);
}

TEST_CASE("A stream set tells streams with one id and two kinds apart", "[subscriptions][filter]") {
    const StreamSet set(
        {{"case", test::numbered_uuid(1)},
         {"unit", test::numbered_uuid(1)},
         {"case", test::numbered_uuid(3)},
         {"case", test::numbered_uuid(3)}}
    );
    CHECK(set.streams().size() == 3);
    const auto takes = [&](std::string_view kind, std::uint64_t id) {
        store::EventView event;
        event.stream_kind = kind;
        event.stream_id = test::numbered_uuid(id);
        return set.takes(event);
    };
    CHECK(takes("case", 1));
    CHECK(takes("unit", 1));
    CHECK(takes("case", 3));
    CHECK_FALSE(takes("unit", 3));
    CHECK_FALSE(takes("person", 1));
    CHECK_FALSE(takes("case", 2));
    CHECK_FALSE(takes("case", 4));
}
