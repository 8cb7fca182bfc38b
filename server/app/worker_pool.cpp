#include "app/worker_pool.hpp"

#include <utility>

namespace samvev::app {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_max, base::Urgency urgency)
    : pool_(base::make_thread_pool(threads, queue_max, urgency)) {}

WorkerPool::~WorkerPool() {
    stop();
}

bool WorkerPool::try_post(Work work) {
    const std::lock_guard lock(mutex_);
    return pool_ != nullptr && pool_->try_post(std::move(work));
}

void WorkerPool::stop() {
    std::unique_ptr<base::Executor> pool;
    {
        const std::lock_guard lock(mutex_);
        pool = std::exchange(pool_, nullptr);
    }
    // Destroyed outside the lock: the last work may want to post more, and gets a no.
    pool.reset();
}

}  // namespace samvev::app
