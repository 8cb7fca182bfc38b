#include "base/wake_runner.hpp"

#include <mutex>
#include <utility>

namespace samvev::base {

struct WakeRunner::Control : std::enable_shared_from_this<Control> {
    std::mutex run_mutex;  // Held while a step runs; guards step.
    std::function<bool()> step;

    std::mutex mutex;  // Guards the following.
    Executor* executor = nullptr;
    bool woken = false;
    bool queued = false;  // or running

    bool post() {
        Executor* target = nullptr;
        {
            const std::lock_guard lock(mutex);
            if (!woken) {
                return true;
            }
            if (executor == nullptr) {
                return false;
            }
            if (queued) {
                return true;
            }
            queued = true;
            target = executor;
        }
        const bool taken = target->try_post([self = shared_from_this()] { self->run(); });
        if (!taken) {
            const std::lock_guard lock(mutex);
            queued = false;
        }
        return taken;
    }

    void run() {
        Executor* target = run_step();
        while (target != nullptr) {
            // Behind what else waits; when there is no room, on at once.
            if (target->try_post([self = shared_from_this()] { self->run(); })) {
                return;
            }
            target = run_step();
        }
    }

    // Where to run the next one; null when there is nothing more to do.
    Executor* run_step() {
        const std::lock_guard running(run_mutex);
        if (!step) {
            return nullptr;
        }
        {
            const std::lock_guard lock(mutex);
            woken = false;
        }
        const bool more = step();
        const std::lock_guard lock(mutex);
        woken = woken || more;
        queued = woken && executor != nullptr;
        return queued ? executor : nullptr;
    }
};

WakeRunner::WakeRunner(std::function<bool()> step, Executor* executor)
    : control_(std::make_shared<Control>()) {
    control_->step = std::move(step);
    control_->executor = executor;
}

WakeRunner::~WakeRunner() {
    stop();
}

void WakeRunner::stop() {
    {
        const std::lock_guard lock(control_->mutex);
        control_->executor = nullptr;
    }
    const std::lock_guard running(control_->run_mutex);
    control_->step = nullptr;
}

bool WakeRunner::wake() {
    {
        const std::lock_guard lock(control_->mutex);
        control_->woken = true;
    }
    return control_->post();
}

void WakeRunner::retry() {
    control_->post();
}

void WakeRunner::run_on(Executor& executor) {
    {
        const std::lock_guard lock(control_->mutex);
        control_->executor = &executor;
    }
    wake();
}

}  // namespace samvev::base
