#pragma once

#include <functional>
#include <memory>

#include "base/executor.hpp"

namespace samvev::views {

// Runs a step on an executor whenever woken, again while it says there is more, and never has more
// than one of them queued or running: a thousand commits wake it once. [any thread]
class WakeRunner {
public:
    // `step` returns whether there is more to do.
    explicit WakeRunner(std::function<bool()> step);
    WakeRunner(const WakeRunner&) = delete;
    WakeRunner& operator=(const WakeRunner&) = delete;
    // Waits for a running step; one that is only queued comes to nothing.
    ~WakeRunner();

    void wake();
    // The wake that found the executor's queue full is not forgotten: tried again here.
    void retry();
    // From now on steps run on `executor`, which outlives the runner.
    void run_on(base::Executor& executor);

private:
    struct Control;
    // Shared with the queued work, which may run after the runner is gone and must find that out.
    std::shared_ptr<Control> control_;
};

}  // namespace samvev::views
