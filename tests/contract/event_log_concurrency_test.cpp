#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <thread>
#include <vector>

#include "support/log_under_test.hpp"
#include "support/random_seed.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using namespace samvev::test;
using store::EventView;
using store::ExpectedRevision;
using store::Position;
using store::Revision;
using store::Visit;

namespace {

constexpr std::uint64_t writers = 8;
constexpr std::uint64_t commits_each = 150;
constexpr std::uint64_t streams = 5;

// Writes commits of one to four events to random streams; returns the positions that were
// acknowledged.
std::vector<Position> write_some(store::EventLog& log, std::uint64_t writer, std::uint64_t seed) {
    std::mt19937_64 random(seed + writer);
    std::vector<Position> acknowledged;
    std::uint64_t next_id = (writer + 1) << 32U;
    for (std::uint64_t i = 0; i < commits_each; ++i) {
        const std::size_t count = 1 + random() % 4;
        const auto result = log.append(commit_of(
            {{case_stream(random() % streams), ExpectedRevision::any(), new_events(next_id, count)}}
        ));
        next_id += count;
        if (result) {
            for (std::size_t back = count; back > 0; --back) {
                acknowledged.emplace_back(result->position.value() + 1 - back);
            }
        }
    }
    return acknowledged;
}

// Every position once, every stream without gaps.
void check_order(store::EventLog& log) {
    std::map<store::StreamId, std::uint64_t> next;
    std::uint64_t position = 0;
    bool whole = true;
    REQUIRE(log.scan(
                   domain_log(), Position(0), SIZE_MAX,
                   [&](const EventView& event) {
                       whole = whole && event.position == Position(position++);
                       whole = whole && event.revision == Revision(next[event.stream()]++);
                       return Visit::more;
                   }
    ).has_value());
    CHECK(whole);
    CHECK(Position(position) == log.head(domain_log()).next);
    for (const auto& [stream, count] : next) {
        const auto events = store::read_stream(log, domain_log(), stream, Revision(0), SIZE_MAX);
        CHECK(events.value().size() == count);
    }
}

}  // namespace

TEST_CASE("Parallel writers leave no gap and no position twice", "[contract][concurrency]") {
    const std::uint64_t seed = random_seed("parallel writers");
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            store::EventLog& log = subject->log();
            std::atomic<bool> stop{false};
            std::atomic<bool> reader_sees_order{true};
            // A reader that follows the head must never see a hole or an event change its place.
            std::thread reader([&] {
                Position next(0);
                while (!stop.load()) {
                    const Position from = next;
                    std::uint64_t expected = from.value();
                    const auto reached =
                        log.scan(domain_log(), from, 100, [&](const EventView& event) {
                            reader_sees_order =
                                reader_sees_order && event.position.value() == expected++;
                            return Visit::more;
                        });
                    reader_sees_order =
                        reader_sees_order && reached.has_value() && reached->value() == expected;
                    next = reached.value_or(next);
                }
            });
            std::vector<std::vector<Position>> acknowledged(writers);
            std::vector<std::thread> threads;
            for (std::uint64_t i = 0; i < writers; ++i) {
                threads.emplace_back([&, i] { acknowledged[i] = write_some(log, i, seed); });
            }
            for (std::thread& thread : threads) {
                thread.join();
            }
            stop = true;
            reader.join();
            CHECK(reader_sees_order.load());
            std::vector<Position> all;
            for (const std::vector<Position>& each : acknowledged) {
                all.insert(all.end(), each.begin(), each.end());
            }
            std::sort(all.begin(), all.end());
            bool gapless = true;
            for (std::size_t i = 0; i < all.size(); ++i) {
                gapless = gapless && all[i] == Position(i);
            }
            CHECK(gapless);
            CHECK(all.size() == log.head(domain_log()).next.value());
            check_order(log);
            subject->reopen();
            check_order(subject->log());
        }
    }
}

TEST_CASE("Of one retried command sent by many at once one is written", "[contract][concurrency]") {
    for (const LogFactory& factory : log_factories()) {
        DYNAMIC_SECTION(factory.name) {
            const auto subject = factory.make();
            store::EventLog& log = subject->log();
            for (std::uint64_t round = 0; round < 20; ++round) {
                std::atomic<int> written{0};
                std::atomic<int> replayed{0};
                std::vector<std::thread> threads;
                for (int i = 0; i < 8; ++i) {
                    threads.emplace_back([&] {
                        const auto result =
                            log.append(with_command(one_event(1, round + 1), round));
                        written += result && !result->replayed ? 1 : 0;
                        replayed +=
                            result && result->replayed && result->position == Position(round) ? 1
                                                                                              : 0;
                    });
                }
                for (std::thread& thread : threads) {
                    thread.join();
                }
                CHECK(written.load() == 1);
                CHECK(replayed.load() == 7);
            }
        }
    }
}
