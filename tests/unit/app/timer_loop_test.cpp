#include "app/timer_loop.hpp"

#include <catch2/catch.hpp>

#include <condition_variable>

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
    void on_wake(std::function<void()>) override {}  // Nothing is ever on its way.
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
    bool sent_ = false;
    int steps_ = 0;
};

}  // namespace

TEST_CASE("A timer is sent when the clock is set past its time", "[app][timers]") {
    AdjustableClock clock;
    const Timestamp now = clock.now();
    clock.freeze(now);
    OneTimer timers(clock, now + std::chrono::hours(24));
    const TimerLoop loop(timers, clock);
    clock.freeze(now + std::chrono::hours(25));
    CHECK(timers.wait_until_sent(std::chrono::seconds(30)));
}

TEST_CASE("The loop ends at once, even with nothing due for ever", "[app][timers]") {
    AdjustableClock clock;
    OneTimer timers(clock, Timestamp::max());
    const auto before = std::chrono::steady_clock::now();
    {
        const TimerLoop loop(timers, clock);
    }
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(30));
    CHECK(timers.steps() <= 2);
}
