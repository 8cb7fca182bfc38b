#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/limits.hpp"
#include "support/log_under_test.hpp"
#include "support/store_commits.hpp"
#include "support/stored_rows.hpp"

using namespace samvev;
using namespace samvev::test;
using store::ExpectedRevision;
using store::Position;
using store::Revision;

namespace {

void fill(
    store::EventLog& log, std::uint64_t commits, std::size_t events_each, std::uint64_t first_id = 1
) {
    for (std::uint64_t i = 0; i < commits; ++i) {
        REQUIRE(log.append(commit_of(
                               {{case_stream(i % 11), ExpectedRevision::any(),
                                 new_events(first_id + i * events_each, events_each)}}
                           )
        ).has_value());
    }
}

std::string both_ways(const store::EventLog& log) {
    std::string out = events_as_text(log, domain_log());
    for (std::uint64_t stream = 0; stream < 11; ++stream) {
        const auto events =
            store::read_stream(log, domain_log(), case_stream(stream), Revision(0), SIZE_MAX);
        for (const store::RecordedEvent& event : events.value()) {
            out += event_as_text(event.view()) + "\n";
        }
    }
    return out;
}

}  // namespace

TEST_CASE("Another process cannot open a log that is open for writing", "[store][rocks]") {
    RocksUnderTest rocks;
    const auto second = rocks.open();
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == ErrorCode::unavailable);
    CHECK(second.error().message.find(rocks.options.directory) != std::string::npos);
}

TEST_CASE(
    "A log can be read beside the one who writes it, up to what was durable", "[store][rocks]"
) {
    RocksUnderTest rocks;
    fill(rocks.log(), 50, 3);
    store::RocksOptions options = rocks.options;
    options.mode = store::RocksOptions::Mode::read_only;
    const auto reader = store::open_rocks_event_log(options);
    REQUIRE(reader.has_value());
    CHECK(both_ways(**reader) == both_ways(rocks.log()));
    fill(rocks.log(), 10, 1, 10'000);
    CHECK((*reader)->head(domain_log()).next == Position(150));
    CHECK((*reader)->append(one_event(1, 1)).error().code == ErrorCode::read_only);
    CHECK(
        (*reader)->remove_payload(domain_log(), Position(0)).error().code == ErrorCode::read_only
    );
    const auto later = store::open_rocks_event_log(options);
    REQUIRE(later.has_value());
    CHECK(both_ways(**later) == both_ways(rocks.log()));
}

TEST_CASE("Reading only does not make a log where there is none", "[store][rocks]") {
    const TemporaryDirectory directory;
    store::RocksOptions options;
    options.directory = directory.path() + "/none";
    options.mode = store::RocksOptions::Mode::read_only;
    const auto log = store::open_rocks_event_log(options);
    REQUIRE_FALSE(log.has_value());
    CHECK(log.error().code == ErrorCode::not_found);
    CHECK_FALSE(std::filesystem::exists(options.directory));
}

TEST_CASE(
    "Past the tail everything is answered from the indexes, the same as before", "[store][rocks]"
) {
    RocksUnderTest rocks;
    // Enough to write the indexes in the background more than once and to let records leave memory.
    const std::string payload(900, 'p');
    for (std::uint64_t i = 0; i < 140; ++i) {
        store::Commit commit =
            commit_of({{case_stream(i % 11), ExpectedRevision::any(), new_events(1 + 256 * i, 256)}}
            );
        for (store::NewEvent& event : commit.writes[0].events) {
            event.payload = payload;
        }
        REQUIRE(rocks.log().append(with_command(commit, i)).has_value());
    }
    const std::string open = both_ways(rocks.log());
    rocks.reopen();
    CHECK(base::sha256(both_ways(rocks.log())) == base::sha256(open));
    rocks.close();
    const std::string grown = derived_rows(rocks.options.directory);
    forget_derived_rows(rocks.options.directory);
    rocks.reopen();
    CHECK(base::sha256(both_ways(rocks.log())) == base::sha256(open));
    rocks.close();
    CHECK(base::sha256(derived_rows(rocks.options.directory)) == base::sha256(grown));
}

TEST_CASE("A removed payload leaves no copy in any file", "[store][rocks]") {
    RocksUnderTest rocks;
    const std::string marker = "only-for-the-child-to-read";
    store::Commit commit = one_event(1, 1);
    commit.writes[0].events[0].payload = marker;
    REQUIRE(rocks.log().append(commit).has_value());
    fill(rocks.log(), 20, 2, 100);
    rocks.log().put_snapshot(
        domain_log(), case_stream(1), {"m", 1, Revision(0), "state with " + marker}
    );
    const auto files_with_marker = [&] {
        int count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(rocks.options.directory)) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(file), {}};
            count += bytes.find(marker) != std::string::npos ? 1 : 0;
        }
        return count;
    };
    CHECK(files_with_marker() > 0);
    REQUIRE(rocks.log().remove_payload(domain_log(), Position(0)).has_value());
    rocks.close();
    CHECK(files_with_marker() == 0);
    rocks.reopen();
    CHECK_FALSE(rocks.log().find_snapshot(domain_log(), case_stream(1), "m").value().has_value());
}

TEST_CASE("New logs take the epoch the directory was made with, and keep it", "[store][rocks]") {
    const TemporaryDirectory directory;
    store::RocksOptions options;
    options.directory = directory.path() + "/log";
    options.epoch = 42;
    {
        const auto log = store::open_rocks_event_log(options);
        REQUIRE(log.has_value());
        REQUIRE((*log)->append(one_event(1, 1)).has_value());
    }
    options.epoch = 1;
    const auto log = store::open_rocks_event_log(options);
    REQUIRE(log.has_value());
    CHECK((*log)->head(domain_log()).epoch == 42);
    CHECK((*log)->head(domain_log(5)).epoch == 42);
}
