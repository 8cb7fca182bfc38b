#include "app/timer_loop.hpp"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <functional>

using samvev::app::TimerLoop;
using samvev::base::AdjustableClock;
using samvev::base::Timestamp;
using samvev::timers::TimerService;

namespace {

// Due at one instant; counts how often it was asked to send something that was due.
class OneTimer final : public TimerService {
public:
    OneTimer(const AdjustableClock& clock, Timestamp due) : clock_(clock), due_(due) {}
    std::size_t step() override {
        const std::lock_guard lock(mutex_);
        ++steps_;
        if (sent_ || clock_.now() < due_) {
            return 0;
        }
        sent_ = true;
        changed_.notify_all();
        return 1;
    }
    Timestamp next_due() const override {
        const std::lock_guard lock(mutex_);
        return sent_ ? Timestamp::max() : due_;
    }
    void on_wake(std::function<void()> wake) override {
        const std::lock_guard lock(mutex_);
        wake_ = std::move(wake);
    }
    void answer() {
        const std::lock_guard lock(mutex_);
        wake_();
    }
    bool wait_until_sent(std::chrono::seconds limit) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, limit, [this] { return sent_; });
    }
    int steps() const {
        const std::lock_guard lock(mutex_);
        return steps_;
    }

private:
    const AdjustableClock& clock_;
    const Timestamp due_;
    mutable std::mutex mutex_;  // Guards the rest.
    std::condition_variable changed_;
    std::function<void()> wake_;
    bool sent_ = false;
    int steps_ = 0;
};

void no_tick() {}

}  // namespace

TEST_CASE("A timer is sent when the clock is set past its time", "[app][timers]") {
    AdjustableClock clock;
    const Timestamp now = clock.now();
    clock.freeze(now);
    OneTimer timers(clock, now + std::chrono::hours(24));
    const TimerLoop loop(timers, clock, no_tick);
    clock.freeze(now + std::chrono::hours(25));
    CHECK(timers.wait_until_sent(std::chrono::seconds(30)));
}

TEST_CASE("The loop ends at once, even with nothing due for ever", "[app][timers]") {
    AdjustableClock clock;
    OneTimer timers(clock, Timestamp::max());
    const auto before = std::chrono::steady_clock::now();
    {
        const TimerLoop loop(timers, clock, no_tick);
    }
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(30));
    CHECK(timers.steps() <= 2);
}

TEST_CASE(
    "Each look lets the others see time pass, and an answer is a reason to look", "[app][timers]"
) {
    AdjustableClock clock;
    OneTimer timers(clock, Timestamp::max());
    std::mutex mutex;
    std::condition_variable changed;
    int ticks = 0;
    const TimerLoop loop(timers, clock, [&] {
        const std::lock_guard lock(mutex);
        ++ticks;
        changed.notify_all();
    });
    for (int i = 0; i < 20; ++i) {
        std::unique_lock lock(mutex);
        const int before = ticks;
        lock.unlock();
        timers.answer();
        lock.lock();
        REQUIRE(changed.wait_for(lock, std::chrono::seconds(30), [&] { return ticks > before; }));
    }
}
