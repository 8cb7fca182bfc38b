#include "base/executor.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <latch>

using namespace samvev::base;

TEST_CASE("A thread pool finishes what it took before it ends", "[base][executor]") {
    std::atomic<int> ran = 0;
    {
        const auto pool = make_thread_pool(2, 100);
        for (int i = 0; i < 100; ++i) {
            REQUIRE(pool->try_post([&ran] { ++ran; }));
        }
    }
    CHECK(ran == 100);
}

TEST_CASE("A background pool's threads stand back", "[base][executor]") {
    for (const Urgency urgency : {Urgency::foreground, Urgency::background}) {
        std::atomic<int> nice = 0;
        {
            const auto pool = make_thread_pool(1, 1, urgency);
            REQUIRE(pool->try_post([&nice] {
                nice = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
            }));
        }
        const int own = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
        CHECK(nice == (urgency == Urgency::background ? std::min(own + 5, 19) : own));
    }
}

TEST_CASE("A full pool refuses instead of growing", "[base][executor]") {
    std::latch started(1);
    std::latch release(1);
    {
        const auto pool = make_thread_pool(1, 1);
        REQUIRE(pool->try_post([&] {
            started.count_down();
            release.wait();
        }));
        started.wait();
        CHECK(pool->try_post([] {}));
        CHECK_FALSE(pool->try_post([] {}));
        release.count_down();
    }
}

TEST_CASE("A manual executor runs in order, only when stepped", "[base][executor]") {
    ManualExecutor manual;
    int last = 0;
    REQUIRE(manual.try_post([&last] { last = 1; }));
    REQUIRE(manual.try_post([&last] { last = 2; }));
    CHECK(last == 0);
    CHECK(manual.step());
    CHECK(last == 1);
    CHECK(manual.drain() == 1);
    CHECK(last == 2);
}
