#include "base/wake_runner.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>

using namespace samvev;

namespace {

class OnOffExecutor final : public base::Executor {
public:
    bool try_post(Work work) override { return open && inner.try_post(std::move(work)); }
    bool open = true;
    base::ManualExecutor inner;
};

}  // namespace

TEST_CASE("Any number of wakes queue one step", "[base][wake]") {
    base::ManualExecutor executor;
    int steps = 0;
    base::WakeRunner runner([&steps] {
        ++steps;
        return false;
    });
    runner.wake();  // Nowhere to run yet.
    runner.run_on(executor);
    for (int i = 0; i < 1000; ++i) {
        runner.wake();
    }
    CHECK(executor.drain() == 1);
    CHECK(steps == 1);
    runner.wake();
    CHECK(executor.drain() == 1);
    CHECK(steps == 2);
}

TEST_CASE("A step that has more to do, or was woken meanwhile, runs again", "[base][wake]") {
    base::ManualExecutor executor;
    int steps = 0;
    base::WakeRunner* self = nullptr;
    base::WakeRunner runner([&] {
        ++steps;
        if (steps == 3) {
            self->wake();
        }
        return steps < 3;
    });
    self = &runner;
    runner.run_on(executor);
    CHECK(executor.drain() == 4);
    CHECK(steps == 4);
}

TEST_CASE("A wake that found the queue full is made up for", "[base][wake]") {
    OnOffExecutor executor;
    executor.open = false;
    int steps = 0;
    base::WakeRunner runner([&steps] {
        ++steps;
        return false;
    });
    runner.run_on(executor);
    CHECK(executor.inner.drain() == 0);
    executor.open = true;
    runner.retry();
    CHECK(executor.inner.drain() == 1);
    runner.retry();
    CHECK(executor.inner.drain() == 0);
    CHECK(steps == 1);
}

TEST_CASE("A step that is still queued when the runner goes comes to nothing", "[base][wake]") {
    base::ManualExecutor executor;
    int steps = 0;
    auto runner = std::make_unique<base::WakeRunner>([&steps] {
        ++steps;
        return true;
    });
    runner->run_on(executor);
    runner.reset();
    CHECK(executor.drain() == 1);
    CHECK(steps == 0);
}

TEST_CASE("The runner's end waits for a running step", "[base][wake]") {
    const auto pool = base::make_thread_pool(1, 4);
    std::mutex mutex;
    std::condition_variable changed;
    bool started = false;
    std::atomic<int> ended = 0;
    auto runner = std::make_unique<base::WakeRunner>([&] {
        {
            const std::lock_guard lock(mutex);
            started = true;
        }
        changed.notify_all();
        for (int i = 0; i < 1000; ++i) {
            ++ended;
        }
        return false;
    });
    runner->run_on(*pool);
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return started; });
    }
    runner.reset();
    CHECK(ended == 1000);
}

TEST_CASE("With a full queue, what is left is done at once", "[base][wake]") {
    OnOffExecutor executor;
    int steps = 0;
    base::WakeRunner runner(
        [&] {
            executor.open = false;
            return ++steps < 3;
        },
        &executor
    );
    CHECK(runner.wake());
    CHECK(executor.inner.drain() == 1);
    CHECK(steps == 3);
    CHECK_FALSE(runner.wake());
}

TEST_CASE("Once stopped, nothing begins any more, however much is left", "[base][wake]") {
    base::ManualExecutor executor;
    int steps = 0;
    base::WakeRunner runner(
        [&steps] {
            ++steps;
            return true;
        },
        &executor
    );
    CHECK(runner.wake());
    CHECK(executor.step());
    runner.stop();
    CHECK(executor.drain() == 1);
    CHECK(steps == 1);
    CHECK_FALSE(runner.wake());
    CHECK(executor.drain() == 0);
}
