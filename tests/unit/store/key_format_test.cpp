#include "store/key_format.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <random>
#include <tuple>

#include "support/random_seed.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using namespace samvev::test;
using store::LogId;
using store::LogKind;
using store::Position;
using store::Revision;
using store::TenantId;
namespace keys = store::keys;

namespace {

// Small and huge numbers, so that a sign or width error shows.
std::uint64_t some_number(std::mt19937_64& random) {
    return random() >> (random() % 64);
}

LogId some_log(std::mt19937_64& random) {
    return {
        TenantId(static_cast<std::uint32_t>(some_number(random))),
        static_cast<LogKind>(random() % 3)
    };
}

}  // namespace

TEST_CASE("Record keys sort as log, position, ordinal", "[store][keys]") {
    std::mt19937_64 random(random_seed("record keys"));
    for (int i = 0; i < 2000; ++i) {
        const LogId a = some_log(random);
        const LogId b = random() % 2 == 0 ? a : some_log(random);
        const keys::Cursor x{
            Position(some_number(random)), static_cast<std::uint32_t>(some_number(random))
        };
        const keys::Cursor y{
            random() % 2 == 0 ? x.next : Position(some_number(random)),
            static_cast<std::uint32_t>(some_number(random))
        };
        REQUIRE((keys::record(a, x) < keys::record(b, y)) == (std::tie(a, x) < std::tie(b, y)));
        REQUIRE(keys::cursor_of_record(keys::record(a, x)) == x);
    }
}

TEST_CASE(
    "The events of a stream sort by revision, apart from every other stream", "[store][keys]"
) {
    std::mt19937_64 random(random_seed("stream keys"));
    for (int i = 0; i < 2000; ++i) {
        const Revision x(some_number(random));
        const Revision y(some_number(random));
        REQUIRE(
            (keys::stream_event(domain_log(), case_stream(1), x) <
             keys::stream_event(domain_log(), case_stream(1), y)) == (x < y)
        );
        // Another stream never lies between two events of one.
        const std::string other = keys::stream_event(
            domain_log(), {random() % 2 == 0 ? "casf" : "case", numbered_uuid(2)}, y
        );
        const bool below_all =
            other < keys::stream_event(domain_log(), case_stream(1), Revision(0));
        const bool above_all = other > keys::stream_event(
                                           domain_log(), case_stream(1),
                                           Revision(std::numeric_limits<std::uint64_t>::max())
                                       );
        REQUIRE(below_all != above_all);
    }
}

TEST_CASE("Due keys sort by time, before and after 1970", "[store][keys]") {
    std::mt19937_64 random(random_seed("due keys"));
    const auto some_time = [&random] {
        const auto count = static_cast<std::int64_t>(some_number(random));
        return base::Timestamp(std::chrono::microseconds(random() % 2 == 0 ? count : -(count / 2)));
    };
    const store::TimerKey timer = timer_of(1, "name", 0).key;
    for (int i = 0; i < 2000; ++i) {
        const base::Timestamp x = some_time();
        const base::Timestamp y = some_time();
        const std::string key = keys::due(domain_log(), x, timer);
        REQUIRE((key < keys::due_end(y)) == (x <= y));
        const auto read = keys::read_due(key);
        REQUIRE(read.has_value());
        REQUIRE(read->due == x);
        REQUIRE(read->log == domain_log());
        REQUIRE(read->timer == timer);
    }
    CHECK(
        keys::due(domain_log(), base::Timestamp::max(), timer) <
        keys::due_end(base::Timestamp::max())
    );
}

TEST_CASE("Texts too long to be stored make keys that find nothing", "[store][keys]") {
    const store::StreamId stream{std::string(300, 'k'), numbered_uuid(1)};
    CHECK(keys::stream_head(domain_log(), stream).size() == 1 + 5 + 1 + 255 + 16);
    CHECK(
        keys::claim(domain_log(), claim_key(std::string(300, 'n'), 1)).size() ==
        1 + 5 + 32 + 1 + 255
    );
}
