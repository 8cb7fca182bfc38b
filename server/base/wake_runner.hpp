#pragma once

#include <functional>
#include <memory>

#include "base/executor.hpp"

namespace samvev::base {

// Runs a step on an executor whenever woken, again while it says there is more, and never has more
// than one of them queued or running: a thousand commits wake it once. What happened before a wake
// is seen by a step that begins after it. [any thread]
class WakeRunner {
public:
    // `step` returns whether there is more to do. `executor` outlives the runner; without one,
    // steps run once run_on() has named it.
    explicit WakeRunner(std::function<bool()> step, Executor* executor = nullptr);
    WakeRunner(const WakeRunner&) = delete;
    WakeRunner& operator=(const WakeRunner&) = delete;
    ~WakeRunner();
    // No step begins any more; waits for a running one. Not from within a step.
    void stop();

    // False when the executor refused the work, or there is none: then the wake is kept until the
    // next one, or retry().
    bool wake();
    // Tries again what was refused; nothing when nothing was.
    void retry();
    // From now on steps run on `executor`, which outlives the runner; the first one now.
    void run_on(Executor& executor);

private:
    struct Control;
    // Shared with the queued work, which may run after the runner is gone and must find that out.
    std::shared_ptr<Control> control_;
};

}  // namespace samvev::base
