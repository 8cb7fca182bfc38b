#include <catch2/catch.hpp>

#include <rocksdb/env.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/failing_files.hpp"
#include "support/log_under_test.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using namespace samvev::test;
using store::LogState;
using store::Position;

namespace {

// A log on files that can be made to fail.
struct FailingLog {
    FailingLog() {
        rocks.options.env = env.get();
        rocks.reopen();
    }
    FileFaults faults;
    std::unique_ptr<rocksdb::Env> env = make_failing_env(faults);
    RocksUnderTest rocks;
};

}  // namespace

TEST_CASE(
    "Without space commits are refused, reads go on, and writing resumes by itself",
    "[fault][store]"
) {
    RocksUnderTest rocks;
    std::atomic<std::uint64_t> free{1'000'000'000};
    rocks.options.free_bytes = [&free] { return free.load(); };
    rocks.reopen();
    store::EventLog& log = rocks.log();
    const store::Commit known = with_command(one_event(1, 1), 1);
    REQUIRE(log.append(known).has_value());
    free = 1000;
    CHECK(log.state() == LogState::read_only_space);
    const auto refused = log.append(one_event(1, 2));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::read_only);
    CHECK(log.append(known).value().replayed);
    CHECK(log.remove_payload(domain_log(), Position(0)).error().code == ErrorCode::read_only);
    CHECK(store::read_log(log, domain_log(), Position(0), 10).value().size() == 1);
    free = 1'000'000'000;
    CHECK(log.state() == LogState::writable);
    CHECK(log.append(one_event(1, 2)).value().position == Position(1));
}

TEST_CASE(
    "A failed sync acknowledges nothing, is not tried again, and stops writing", "[fault][store]"
) {
    FailingLog failing;
    store::EventLog& log = failing.rocks.log();
    const store::Commit before = with_command(one_event(1, 1), 1);
    REQUIRE(log.append(before).has_value());
    const store::Commit lost = with_command(one_event(1, 2), 2);
    failing.faults.sync_fails = true;
    const int syncs = failing.faults.syncs.load();
    const auto unknown = log.append(lost);
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().code == ErrorCode::outcome_unknown);
    CHECK(failing.faults.syncs.load() == syncs + 1);
    CHECK(log.state() == LogState::read_only_failed);
    failing.faults.sync_fails = false;
    // The disk works again; the log does not trust it until it has been read again.
    CHECK(log.append(lost).error().code == ErrorCode::read_only);
    CHECK(log.append(before).value().replayed);
    CHECK(log.head(domain_log()).next == Position(1));
    CHECK(store::read_log(log, domain_log(), Position(0), 10).value().size() == 1);
    CHECK_FALSE(log.find_result(domain_log(), *lost.idempotency).value().has_value());

    failing.rocks.reopen();
    const auto retried = failing.rocks.log().append(lost);
    REQUIRE(retried.has_value());
    // It may or may not have reached the disk; either way it is there once.
    CHECK(retried->position == Position(1));
    CHECK(failing.rocks.log().head(domain_log()).next == Position(2));
    CHECK(failing.rocks.log().append(one_event(1, 3)).value().position == Position(2));
}

TEST_CASE("A full disk in the middle of a write keeps what was acknowledged", "[fault][store]") {
    FailingLog failing;
    for (std::uint64_t i = 0; i < 20; ++i) {
        REQUIRE(failing.rocks.log().append(with_command(one_event(i % 3, i + 1), i)).has_value());
    }
    failing.faults.append_fails = true;
    CHECK(
        failing.rocks.log().append(with_command(one_event(1, 100), 100)).error().code ==
        ErrorCode::outcome_unknown
    );
    CHECK(
        failing.rocks.log().append(with_command(one_event(1, 101), 101)).error().code ==
        ErrorCode::read_only
    );
    failing.faults.append_fails = false;
    failing.rocks.reopen();
    store::EventLog& log = failing.rocks.log();
    CHECK(log.state() == LogState::writable);
    CHECK(log.append(with_command(one_event(1, 100), 100)).has_value());
    for (std::uint64_t i = 0; i < 20; ++i) {
        CHECK(log.append(with_command(one_event(i % 3, i + 1), i)).value().position == Position(i));
    }
    CHECK(log.head(domain_log()).next == Position(21));
}

TEST_CASE(
    "In a batch that fails nobody is told success, nor refused for what was not written",
    "[fault][store]"
) {
    FailingLog failing;
    store::EventLog& log = failing.rocks.log();
    std::atomic<int> left{4};
    std::vector<std::string> outcomes(4);
    log.submit(one_event(1, 1), [&](Result<store::Committed>) {
        failing.faults.sync_fails = true;
        const auto note = [&](std::size_t i) {
            return [&, i](Result<store::Committed> outcome) {
                outcomes[i] = outcome ? "committed" : std::string(to_text(outcome.error().code));
                left.fetch_sub(1);
            };
        };
        const store::Commit command = with_command(one_event(1, 2), 2);
        log.submit(command, note(0));
        log.submit(command, note(1));          // A retry of what is not durable yet.
        log.submit(one_event(1, 2), note(2));  // The event id of what will not be there.
        log.submit(one_event(2, 3), note(3));
    });
    while (left.load() > 0) {
        std::this_thread::yield();
    }
    CHECK(outcomes == std::vector<std::string>(4, "outcome_unknown"));
    CHECK(log.head(domain_log()).next == Position(1));
}
