#include "app/timer_loop.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace samvev::app {

TimerLoop::TimerLoop(
    timers::TimerService& timers, const base::Clock& clock, std::function<void()> tick
)
    : timers_(timers),
      clock_(clock),
      tick_(std::move(tick)),
      thread_(base::make_thread_pool(1, 1)) {
    timers_.on_wake([this] {
        const std::lock_guard lock(mutex_);
        woken_ = true;
        wake_.notify_all();
    });
    const bool started = thread_->try_post([this] { run(); });
    SAMVEV_ASSERT(started);
}

TimerLoop::~TimerLoop() {
    timers_.on_wake(nullptr);
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.reset();
}

void TimerLoop::run() {
    while (true) {
        timers_.step();
        tick_();
        const auto until_due = std::chrono::duration_cast<std::chrono::milliseconds>(
            timers_.next_due() - clock_.now()
        );
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, std::clamp(until_due, pause_min, look_every), [this] {
            return woken_ || stopping_;
        });
        if (stopping_) {
            return;
        }
        woken_ = false;
    }
}

}  // namespace samvev::app
