#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "base/clock.hpp"
#include "base/executor.hpp"
#include "timers/timer_service.hpp"

namespace samvev::app {

// Calls TimerService::step() when something is due or an answer has come, on a thread of its own,
// from construction to destruction. It looks at least every `look_every`: the clock may have been
// set, or a timer. Each look also calls `tick`, for what else must see time pass.
class TimerLoop {
public:
    static constexpr std::chrono::milliseconds look_every{250};
    static constexpr std::chrono::milliseconds pause_min{20};  // While something due is on its way.

    // All outlive the loop.
    TimerLoop(timers::TimerService& timers, const base::Clock& clock, std::function<void()> tick);
    ~TimerLoop();
    TimerLoop(const TimerLoop&) = delete;
    TimerLoop& operator=(const TimerLoop&) = delete;

private:
    void run();

    timers::TimerService& timers_;
    const base::Clock& clock_;
    const std::function<void()> tick_;
    std::mutex mutex_;  // Guards woken_ and stopping_.
    std::condition_variable wake_;
    bool woken_ = false;
    bool stopping_ = false;
    std::unique_ptr<base::Executor> thread_;
};

}  // namespace samvev::app
