#include "app/commit_wakes.hpp"

#include <catch2/catch.hpp>

#include "support/store_commits.hpp"

using namespace samvev;
using namespace samvev::test;

namespace {

struct Woken {
    std::mutex mutex;
    std::condition_variable changed;
    int times = 0;
    store::Position seen;  // head when last woken
};

}  // namespace

TEST_CASE(
    "However commits come, the last one is followed by a wake, and not each has one", "[app]"
) {
    app::CommitWakes wakes;
    const auto log = store::make_memory_event_log();
    Woken woken;
    wakes.connect(*log, [&] {
        const std::lock_guard lock(woken.mutex);
        ++woken.times;
        woken.seen = log->head(domain_log()).next;
        woken.changed.notify_all();
    });
    constexpr int commits = 2000;
    for (std::uint64_t i = 1; i <= commits; ++i) {
        REQUIRE(log->append(one_event(i % 7, i)).has_value());
    }
    std::unique_lock lock(woken.mutex);
    CHECK(woken.changed.wait_for(lock, std::chrono::seconds(30), [&] {
        return woken.seen == store::Position(commits);
    }));
    CHECK(woken.times < commits);
    lock.unlock();
    wakes.disconnect();
    const int before = woken.times;
    REQUIRE(log->append(one_event(1, commits + 1)).has_value());
    CHECK(woken.times == before);
}
