#include "app/timer_loop.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace samvev::app {

TimerLoop::TimerLoop(timers::TimerService& timers, const base::Clock& clock)
    : timers_(timers), clock_(clock), thread_(base::make_thread_pool(1, 1)) {
    const bool started = thread_->try_post([this] { run(); });
    SAMVEV_ASSERT(started);
}

TimerLoop::~TimerLoop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stop_.notify_all();
    thread_.reset();
}

void TimerLoop::run() {
    while (true) {
        timers_.step();
        const auto until_due = std::chrono::duration_cast<std::chrono::milliseconds>(
            timers_.next_due() - clock_.now()
        );
        std::unique_lock lock(mutex_);
        if (stop_.wait_for(lock, std::clamp(until_due, pause_min, look_every), [this] {
                return stopping_;
            })) {
            return;
        }
    }
}

}  // namespace samvev::app
