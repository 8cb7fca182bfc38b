#include "store/committer.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "support/store_commits.hpp"

using namespace samvev;
using namespace samvev::test;
using store::Committer;
using store::PendingCommit;

namespace {

// An engine that commits everything and remembers the batches.
class CountingWriter final : public store::CommitWriter {
public:
    std::chrono::nanoseconds write(std::span<PendingCommit> batch) override {
        const bool alone = writing.exchange(true) == false;
        overlapped = overlapped || !alone;
        batches.push_back(batch.size());
        threads.push_back(std::this_thread::get_id());
        for (PendingCommit& pending : batch) {
            store::Committed committed;
            committed.position = store::Position(next++);
            pending.outcome = committed;
        }
        writing = false;
        return sync;
    }
    void wake() override { ++wakes; }

    std::vector<std::size_t> batches;
    std::vector<std::thread::id> threads;
    std::uint64_t next = 0;
    int wakes = 0;
    std::chrono::nanoseconds sync{1000};
    std::atomic<bool> writing{false};
    std::atomic<bool> overlapped{false};
};

store::EventLog::Completion count_into(std::atomic<int>& done) {
    return [&done](Result<store::Committed> outcome) { done += outcome ? 1 : 1000; };
}

}  // namespace

TEST_CASE("What waits is taken in batches by count and bytes, in order", "[store][committer]") {
    CountingWriter writer;
    Committer committer(writer, Committer::Mode::stepped);
    std::vector<std::uint64_t> order;
    const auto note = [&order](Result<store::Committed> outcome) {
        order.push_back(outcome->position.value());
    };
    CHECK_FALSE(committer.step());
    for (std::uint64_t i = 0; i < limits::commit_batch_max + 3; ++i) {
        committer.submit(one_event(1, i + 1), note);
    }
    CHECK(committer.queued() == limits::commit_batch_max + 3);
    CHECK(order.empty());
    CHECK(committer.step());
    CHECK(committer.step());
    CHECK_FALSE(committer.step());
    CHECK(writer.batches == std::vector<std::size_t>{limits::commit_batch_max, 3});
    CHECK(writer.wakes == 2);

    writer.batches.clear();
    store::Commit large =
        commit_of({{case_stream(1), store::ExpectedRevision::any(), new_events(1, 15)}});
    for (store::NewEvent& event : large.writes[0].events) {
        event.payload = std::string(limits::event_payload_bytes_max, 'x');
    }
    for (int i = 0; i < 6; ++i) {
        committer.submit(large, note);
    }
    while (committer.step()) {
    }
    CHECK(writer.batches == std::vector<std::size_t>{4, 2});
    for (std::size_t i = 0; i < order.size(); ++i) {
        REQUIRE(order[i] == i);
    }
}

TEST_CASE("A lone commit is written on its caller's thread", "[store][committer]") {
    CountingWriter writer;
    Committer committer(writer, Committer::Mode::hybrid);
    std::atomic<int> done{0};
    for (int i = 0; i < 10; ++i) {
        committer.submit(one_event(1, 1), count_into(done));
        REQUIRE(done.load() == i + 1);
    }
    for (const std::thread::id thread : writer.threads) {
        CHECK(thread == std::this_thread::get_id());
    }
}

TEST_CASE(
    "On a slow disk every commit is handed over, and back when it is fast again",
    "[store][committer]"
) {
    CountingWriter writer;
    writer.sync = std::chrono::milliseconds(10);
    Committer committer(writer, Committer::Mode::hybrid);
    std::atomic<int> done{0};
    const auto commit_and_wait = [&](int count) {
        committer.submit(one_event(1, 1), count_into(done));
        while (done.load() < count) {
            std::this_thread::yield();
        }
    };
    commit_and_wait(1);
    CHECK(writer.threads.back() == std::this_thread::get_id());
    for (int i = 2; i <= 5; ++i) {
        commit_and_wait(i);
        committer.submit(one_event(1, 1), [](Result<store::Committed>) {});
    }
    committer.stop();
    int handed_over = 0;
    for (const std::thread::id thread : writer.threads) {
        handed_over += thread != std::this_thread::get_id() ? 1 : 0;
    }
    CHECK(handed_over >= 4);
    CHECK_FALSE(writer.overlapped.load());
}

TEST_CASE("Many threads: one writer at a time, nothing lost", "[store][committer]") {
    for (const Committer::Mode mode : {Committer::Mode::hybrid, Committer::Mode::caller}) {
        CountingWriter writer;
        std::atomic<int> done{0};
        {
            Committer committer(writer, mode);
            std::vector<std::thread> threads;
            for (int i = 0; i < 8; ++i) {
                threads.emplace_back([&] {
                    for (int left = 300; left > 0; --left) {
                        committer.submit(one_event(1, 1), count_into(done));
                    }
                });
            }
            for (std::thread& thread : threads) {
                thread.join();
            }
        }
        CHECK(done.load() == 2400);
        CHECK(writer.next == 2400);
        CHECK_FALSE(writer.overlapped.load());
    }
}

TEST_CASE("Stopping writes what waits, then refuses", "[store][committer]") {
    CountingWriter writer;
    Committer committer(writer, Committer::Mode::stepped);
    std::atomic<int> done{0};
    committer.submit(one_event(1, 1), count_into(done));
    committer.submit(one_event(1, 2), count_into(done));
    committer.stop();
    CHECK(done.load() == 2);
    std::string code;
    committer.submit(one_event(1, 3), [&code](Result<store::Committed> outcome) {
        code = to_text(outcome.error().code);
    });
    CHECK(code == "unavailable");
}
