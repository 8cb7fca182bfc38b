#include "views/wake_runner.hpp"

#include <mutex>
#include <utility>

namespace samvev::views {

struct WakeRunner::Control : std::enable_shared_from_this<Control> {
    std::mutex run_mutex;  // Held while a step runs; guards step.
    std::function<bool()> step;

    std::mutex mutex;  // Guards the following.
    base::Executor* executor = nullptr;
    bool woken = false;
    bool queued = false;

    void post() {
        base::Executor* target = nullptr;
        {
            const std::lock_guard lock(mutex);
            if (executor == nullptr || queued || !woken) {
                return;
            }
            queued = true;
            target = executor;
        }
        if (!target->try_post([self = shared_from_this()] { self->run(); })) {
            const std::lock_guard lock(mutex);
            queued = false;
        }
    }

    void run() {
        {
            const std::lock_guard running(run_mutex);
            if (!step) {
                return;
            }
            {
                const std::lock_guard lock(mutex);
                woken = false;
            }
            const bool more = step();
            const std::lock_guard lock(mutex);
            woken = woken || more;
            queued = false;
        }
        post();
    }
};

WakeRunner::WakeRunner(std::function<bool()> step) : control_(std::make_shared<Control>()) {
    control_->step = std::move(step);
}

WakeRunner::~WakeRunner() {
    {
        const std::lock_guard lock(control_->mutex);
        control_->executor = nullptr;
    }
    const std::lock_guard running(control_->run_mutex);
    control_->step = nullptr;
}

void WakeRunner::wake() {
    {
        const std::lock_guard lock(control_->mutex);
        control_->woken = true;
    }
    control_->post();
}

void WakeRunner::retry() {
    control_->post();
}

void WakeRunner::run_on(base::Executor& executor) {
    {
        const std::lock_guard lock(control_->mutex);
        control_->executor = &executor;
    }
    wake();
}

}  // namespace samvev::views
