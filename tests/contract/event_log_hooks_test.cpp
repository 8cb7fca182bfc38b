#include <catch2/catch.hpp>

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/limits.hpp"
#include "support/log_under_test.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using namespace samvev::test;
using store::ExpectedRevision;
using store::Position;

namespace {

class RefusingGuard final : public store::CommitGuard {
public:
    Result<std::monostate> permit(const store::Commit& commit) override {
        ++asked;
        if (commit.facts_version < needed) {
            return fail(ErrorCode::denied, "access has changed");
        }
        return std::monostate();
    }
    int asked = 0;
    std::uint64_t needed = 0;
};

class RecordingListener final : public store::CommitListener {
public:
    bool reads(const store::EventView&) const override { return true; }
    void committed(store::LogId, std::span<const store::EventView> events) override {
        for (const store::EventView& event : events) {
            heard += std::to_string(event.position.value()) + " ";
        }
    }
    std::string heard;
};

}  // namespace

TEST_CASE("The guard is asked last and refuses without trace", "[contract][hooks]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            RefusingGuard guard;
            const auto subject = factory.make();
            store::EventLog& log = subject->log();
            log.set_guard(&guard);
            guard.needed = 3;
            store::Commit commit = with_command(one_event(1, 1), 1);
            CHECK(log.append(commit).error().code == ErrorCode::denied);
            CHECK(guard.asked == 1);
            commit.facts_version = 3;
            CHECK(log.append(commit).value().position == Position(0));
            CHECK(guard.asked == 2);
            // Refused for another reason, or committed before: not asked.
            CHECK(log.append(one_event(1, 1)).error().code == ErrorCode::duplicate);
            CHECK(log.append(commit).value().replayed);
            CHECK(guard.asked == 2);
        }
    }
}

TEST_CASE("The listener hears every commit before its answer, in order", "[contract][hooks]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            RecordingListener listener;
            const auto subject = factory.make();
            store::EventLog& log = subject->log();
            log.set_listener(&listener);
            store::Commit two =
                commit_of({{case_stream(1), ExpectedRevision::any(), new_events(1, 2)}});
            REQUIRE(log.append(two).has_value());
            CHECK(listener.heard == "0 1 ");
            REQUIRE(log.append(one_event(1, 3)).has_value());
            REQUIRE_FALSE(log.append(one_event(1, 3)).has_value());
            CHECK(listener.heard == "0 1 2 ");
        }
    }
}

TEST_CASE(
    "Commits of one thread are decided in order, also from a completion", "[contract][hooks]"
) {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            std::atomic<int> left{5};
            std::vector<std::string> outcomes(5);
            const auto subject = factory.make();
            store::EventLog& log = subject->log();
            // What is submitted while a completion runs waits and becomes one batch: later commits
            // of it see the earlier ones, and a refused one leaves nothing behind.
            log.submit(one_event(1, 1), [&](Result<store::Committed> first) {
                REQUIRE(first.has_value());
                const auto note = [&](std::size_t i) {
                    return [&outcomes, &left, i](Result<store::Committed> outcome) {
                        outcomes[i] = outcome ? std::to_string(outcome->position.value()) +
                                                    (outcome->replayed ? "r" : "")
                                              : std::string(to_text(outcome.error().code));
                        left.fetch_sub(1);
                    };
                };
                store::Commit exact = with_command(one_event(1, 2), 1);
                exact.writes[0].expected = ExpectedRevision::exact(store::Revision(0));
                exact.claims = {{store::ClaimChange::Kind::take, claim_key("c", 1), case_stream(1)}
                };
                log.submit(exact, note(0));
                store::Commit stale = one_event(1, 3);
                stale.writes[0].expected = ExpectedRevision::exact(store::Revision(0));
                log.submit(stale, note(1));
                log.submit(exact, note(2));
                store::Commit claim = one_event(2, 4);
                claim.claims = {{store::ClaimChange::Kind::take, claim_key("c", 1), case_stream(2)}
                };
                log.submit(claim, note(3));
                store::Commit next = one_event(1, 3);
                next.writes[0].expected = ExpectedRevision::exact(store::Revision(1));
                log.submit(next, note(4));
            });
            REQUIRE(log.append(one_event(9, 9)).has_value());  // Decided after them.
            while (left.load() > 0) {
                std::this_thread::yield();
            }
            CHECK(
                outcomes ==
                std::vector<std::string>{"1", "revision_conflict", "1r", "claim_taken", "2"}
            );
            CHECK(log.head(domain_log()).next == Position(4));
        }
    }
}

TEST_CASE("Wakes come after commits with the position to read to", "[contract][hooks]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            std::mutex mutex;
            std::map<store::LogId, Position> woken;
            int other = 0;
            const auto subject = factory.make();
            store::EventLog& log = subject->log();
            log.on_commit([&](store::LogId id, Position next) {
                const std::lock_guard lock(mutex);
                woken[id] = next;
            });
            log.on_commit([&](store::LogId, Position) {
                const std::lock_guard lock(mutex);
                ++other;
            });
            REQUIRE(log.append(one_event(1, 1)).has_value());
            REQUIRE(log.append(commit_of(
                                   {{case_stream(1), ExpectedRevision::any(), new_events(2, 2)}},
                                   domain_log(1)
                               ))
                        .has_value());
            REQUIRE_FALSE(log.append(one_event(1, 1)).has_value());
            // A refused commit wakes nobody; the wakes of the others came before it was decided.
            const std::lock_guard lock(mutex);
            CHECK(woken.at(domain_log()) == Position(1));
            CHECK(woken.at(domain_log(1)) == Position(2));
            CHECK(other == 2);
        }
    }
}

TEST_CASE("A full queue answers overloaded with when to retry", "[contract][hooks]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            std::atomic<std::size_t> answered{0};
            std::size_t overloaded = 0;
            std::string data;
            const auto subject = factory.make();
            store::EventLog& log = subject->log();
            log.submit(one_event(1, 1), [&](Result<store::Committed>) {
                // Nobody writes while this runs.
                for (std::uint64_t i = 0; i < limits::commit_queue_max + 10; ++i) {
                    log.submit(one_event(i % 50, 10 + i), [&](Result<store::Committed> outcome) {
                        if (!outcome && outcome.error().code == ErrorCode::overloaded) {
                            ++overloaded;
                            data = outcome.error().data;
                        }
                        answered.fetch_add(1);
                    });
                }
            });
            while (answered.load() < limits::commit_queue_max + 10) {
                std::this_thread::yield();
            }
            CHECK(overloaded == 10);
            CHECK(data == R"({"retryAfterMs":250})");
            CHECK(log.head(domain_log()).next == Position(limits::commit_queue_max + 1));
        }
    }
}
