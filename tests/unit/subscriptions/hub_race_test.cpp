#include <catch2/catch.hpp>

#include <atomic>
#include <memory>
#include <random>
#include <thread>
#include <unordered_map>

#include "base/executor.hpp"
#include "subscriptions/hub.hpp"
#include "support/fake_module.hpp"
#include "support/random_seed.hpp"
#include "support/store_commits.hpp"
#include "support/subscriber.hpp"

using namespace samvev;
using test::Subscriber;

namespace {

constexpr std::uint64_t case_count = 3;

// Threads that write, read, come and go at once, over a real pool.
struct Crowd {
    Crowd()
        : executor(base::make_thread_pool(2, 64)),
          log(store::make_memory_event_log()),
          registry(test::make_fake_registry({})),
          tokens("a secret of thirty-two bytes, yes"),
          hub(subscriptions::make_hub({*log, *registry, *executor, clock, tokens})) {}

    // Threads are no place for assertions: false tells the test thread.
    [[nodiscard]] bool write(std::uint64_t id, std::size_t count) {
        store::Commit commit = test::commit_of(
            {{test::case_stream(id % case_count), store::ExpectedRevision::any(),
              test::new_events(id * 8, count)}}
        );
        return log->append(test::with_command(std::move(commit), id)).has_value();
    }

    base::SystemClock clock;
    std::unique_ptr<base::Executor> executor;
    std::unique_ptr<store::EventLog> log;
    std::unique_ptr<modules::Registry> registry;
    subscriptions::PositionTokens tokens;
    std::unique_ptr<subscriptions::Hub> hub;
};

// What one reader received, to be compared on the test thread.
struct Received {
    std::vector<std::string> ids;
    std::string problem;
};

// Reads until it has `count` events, sleeping only when told that there is nothing.
void read_until(Subscriber& reader, std::size_t count, Received& received) {
    while (received.ids.size() < count) {
        for (const std::string& id : test::event_ids(reader.ask_all_waiting())) {
            received.ids.push_back(id);
        }
        if (received.ids.size() < count && !reader.wait_for_wake()) {
            received.problem = "slept for ever at " + std::to_string(received.ids.size()) + " of " +
                               std::to_string(count);
            return;
        }
    }
}

std::vector<std::string> ids_of_case(
    const store::EventLog& log, std::optional<std::uint64_t> number
) {
    std::vector<std::string> ids;
    const auto scanned = log.scan(
        test::domain_log(), store::Position(0), SIZE_MAX,
        [&](const store::EventView& event) {
            if (!number || event.stream() == test::case_stream(*number)) {
                ids.push_back(event.id.value().text());
            }
            return store::Visit::more;
        }
    );
    REQUIRE(scanned.has_value());
    return ids;
}

}  // namespace

// One commit and one subscription meet in every order there is, thousands of times: a wake that
// came too early, or a look that came too late, would leave the reader asleep for ever.
TEST_CASE(
    "Subscribing in the same moment as a commit loses nothing", "[subscriptions][hub][race]"
) {
    Crowd crowd;
    constexpr int rounds = 3000;
    std::mt19937_64 random(test::random_seed("hub_race_moment"));
    std::atomic<int> go{0};
    std::atomic<bool> refused{false};
    // Writes once per round, when told, after a pause of its own.
    std::thread writer([&, pauses = std::mt19937_64(random())]() mutable {
        for (int round = 1; round <= rounds; ++round) {
            while (go.load() < round) {
                std::this_thread::yield();
            }
            for (std::size_t spin = test::below(pauses, 300); spin > 0; --spin) {
                static_cast<void>(go.load());
            }
            refused = refused || !crowd.write(static_cast<std::uint64_t>(round), 2);
        }
    });
    std::string problem;
    for (int round = 1; round <= rounds && problem.empty(); ++round) {
        Subscriber reader(*crowd.hub, static_cast<std::uint64_t>(round));
        subscriptions::SubscribeRequest request;
        // Everything since the end of the last round: two events, before or after the subscription.
        const auto head = crowd.log->head(test::domain_log());
        request.from = head.next.value() == 0 ? "start"
                                              : crowd.tokens.make(
                                                    store::TenantId(9999), head.epoch,
                                                    store::Position(head.next.value() - 1)
                                                );
        if (round % 2 == 0) {
            request.filter.cases = {
                test::numbered_uuid(static_cast<std::uint64_t>(round) % case_count),
                test::numbered_uuid(77)
            };
        }
        go = round;
        reader.subscribe(request);
        Received received;
        read_until(reader, 2, received);
        problem = received.problem;
        if (received.ids.size() != 2) {
            problem += " got " + std::to_string(received.ids.size());
        }
    }
    go = rounds;
    writer.join();
    CHECK_FALSE(refused);
    CHECK(problem.empty());
}

TEST_CASE(
    "Readers that come while the log grows get exactly the log", "[subscriptions][hub][race]"
) {
    Crowd crowd;
    const std::uint64_t seed = test::random_seed("hub_race_crowd");
    constexpr std::uint64_t commits_each = 700;
    constexpr std::uint64_t writer_count = 2;
    std::atomic<bool> refused{false};
    std::vector<std::thread> threads;
    for (std::uint64_t w = 0; w < writer_count; ++w) {
        threads.emplace_back([&, w] {
            for (std::uint64_t i = 0; i < commits_each; ++i) {
                refused = refused || !crowd.write(1 + w * commits_each + i, 1 + i % 4);
            }
        });
    }
    const std::size_t all = writer_count * commits_each / 4 * (1 + 2 + 3 + 4);
    std::unordered_map<std::uint64_t, std::size_t> of_case;
    for (std::uint64_t w = 0; w < writer_count; ++w) {
        for (std::uint64_t i = 0; i < commits_each; ++i) {
            of_case[(1 + w * commits_each + i) % case_count] += 1 + i % 4;
        }
    }
    struct Reader {
        std::optional<std::uint64_t> number;  // of the case; absent = all
        Received received;
    };
    std::vector<Reader> readers(9);
    for (std::size_t r = 0; r < readers.size(); ++r) {
        readers[r].number =
            r % 3 == 0 ? std::nullopt : std::optional<std::uint64_t>(r % case_count);
        threads.emplace_back([&, r] {
            std::mt19937_64 random(seed + r);
            for (std::size_t spin = test::below(random, 200'000); spin > 0; --spin) {
                static_cast<void>(refused.load());
            }
            Subscriber reader(*crowd.hub, r);
            subscriptions::SubscribeRequest request;
            request.from = "start";
            if (readers[r].number) {
                request.filter.cases = {test::numbered_uuid(*readers[r].number)};
            }
            if (!reader.try_subscribe(request)) {
                readers[r].received.problem = "refused";
                return;
            }
            read_until(
                reader, readers[r].number ? of_case[*readers[r].number] : all, readers[r].received
            );
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    REQUIRE_FALSE(refused);
    for (const Reader& reader : readers) {
        CHECK(reader.received.problem.empty());
        CHECK(reader.received.ids == ids_of_case(*crowd.log, reader.number));
    }
}

TEST_CASE("Connections come and go while the log grows", "[subscriptions][hub][race]") {
    Crowd crowd;
    std::atomic<bool> stop{false};
    std::atomic<bool> refused{false};
    std::thread writer([&] {
        for (std::uint64_t i = 1; !stop; ++i) {
            refused = refused || !crowd.write(i, 1);
        }
    });
    std::vector<std::thread> visitors;
    for (std::uint64_t v = 0; v < 3; ++v) {
        visitors.emplace_back([&, v] {
            for (std::uint64_t i = 0; i < 300; ++i) {
                Subscriber reader(*crowd.hub, v * 1000 + i);
                subscriptions::SubscribeRequest request;
                request.from = i % 2 == 0 ? "head" : "start";
                if (i % 3 == 0) {
                    request.filter.cases = {test::numbered_uuid(i % case_count)};
                }
                const auto first = reader.try_subscribe(request);
                const auto second = reader.try_subscribe(request);
                refused = refused || !first || !second;
                // Leaves with an answer owed.
                crowd.hub->next(reader.id, [](std::optional<std::string>) {});
                if (i % 5 == 0 && first) {
                    refused = refused || !crowd.hub->unsubscribe(reader.id, *first);
                }
            }
        });
    }
    for (std::thread& visitor : visitors) {
        visitor.join();
    }
    stop = true;
    writer.join();
    CHECK_FALSE(refused);
    CHECK(crowd.hub->counts().live + crowd.hub->counts().behind == 0);
    crowd.hub.reset();
}
