#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "base/clock.hpp"
#include "base/executor.hpp"
#include "timers/timer_service.hpp"

namespace samvev::app {

// Calls TimerService::step() when something is due, on a thread of its own, from construction to
// destruction. It looks at least every `look_every`: the clock may have been set, or a timer.
class TimerLoop {
public:
    static constexpr std::chrono::milliseconds look_every{250};
    static constexpr std::chrono::milliseconds pause_min{20};  // While something due is on its way.

    // Both outlive the loop.
    TimerLoop(timers::TimerService& timers, const base::Clock& clock);
    ~TimerLoop();
    TimerLoop(const TimerLoop&) = delete;
    TimerLoop& operator=(const TimerLoop&) = delete;

private:
    void run();

    timers::TimerService& timers_;
    const base::Clock& clock_;
    std::mutex mutex_;  // Guards stopping_.
    std::condition_variable stop_;
    bool stopping_ = false;
    std::unique_ptr<base::Executor> thread_;
};

}  // namespace samvev::app
