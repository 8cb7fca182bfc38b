#pragma once

#include <cstddef>
#include <memory>
#include <mutex>

#include "base/executor.hpp"

namespace samvev::app {

// The bounded pool that every layer posts to, with an end that comes before theirs: after stop()
// what was queued has run and nothing more is taken, while all who posted are still alive.
// Concurrency: [any thread]; stop() not on a worker.
class WorkerPool final : public base::Executor {
public:
    WorkerPool(std::size_t threads, std::size_t queue_max, base::Urgency urgency);
    ~WorkerPool() override;
    [[nodiscard]] bool try_post(Work work) override;
    void stop();

private:
    std::mutex mutex_;  // Guards pool_.
    std::unique_ptr<base::Executor> pool_;
};

}  // namespace samvev::app
