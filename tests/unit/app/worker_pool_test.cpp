#include "app/worker_pool.hpp"

#include <catch2/catch.hpp>

#include <atomic>

using samvev::app::WorkerPool;

TEST_CASE("Stopping a pool runs what was queued and takes nothing more", "[app]") {
    std::atomic<int> ran{0};
    std::atomic<int> refused{0};
    WorkerPool pool(2, 100, samvev::base::Urgency::foreground);
    for (int i = 0; i < 50; ++i) {
        REQUIRE(pool.try_post([&] {
            ++ran;
            // Work that wants to post more while the pool stops gets a no, not a crash.
            if (!pool.try_post([&] { ++ran; })) {
                ++refused;
            }
        }));
    }
    pool.stop();
    CHECK(ran + refused == 100);
    CHECK_FALSE(pool.try_post([] {}));
    pool.stop();
}
