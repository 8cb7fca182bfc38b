#include "base/executor.hpp"

#include <deque>
#include <thread>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/thread_priority.hpp"

namespace samvev::base {
namespace {

class ThreadPool final : public Executor {
public:
    ThreadPool(std::size_t threads, std::size_t queue_max, Urgency urgency) : queue_(queue_max) {
        workers_.reserve(threads);
        for (std::size_t i = 0; i < threads; ++i) {
            workers_.emplace_back([this, urgency] {
                if (urgency == Urgency::background) {
                    lower_priority_of_this_thread();
                }
                while (auto work = queue_.pop()) {
                    (*work)();
                }
            });
        }
    }

    ~ThreadPool() override {
        queue_.close();
        for (std::thread& worker : workers_) {
            worker.join();
        }
    }

    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    bool try_post(Work work) override { return queue_.try_push(work); }

private:
    BoundedQueue<Work> queue_;
    std::vector<std::thread> workers_;
};

}  // namespace

std::unique_ptr<Executor> make_thread_pool(
    std::size_t threads, std::size_t queue_max, Urgency urgency
) {
    return std::make_unique<ThreadPool>(threads, queue_max, urgency);
}

struct ManualExecutor::Queue {
    std::deque<Work> items;
};

ManualExecutor::ManualExecutor() : queue_(std::make_unique<Queue>()) {}
ManualExecutor::~ManualExecutor() = default;

bool ManualExecutor::try_post(Work work) {
    queue_->items.push_back(std::move(work));
    return true;
}

bool ManualExecutor::step() {
    if (queue_->items.empty()) {
        return false;
    }
    const Work work = std::move(queue_->items.front());
    queue_->items.pop_front();
    work();
    return true;
}

std::size_t ManualExecutor::drain() {
    std::size_t count = 0;
    while (step()) {
        ++count;
    }
    return count;
}

bool InlineExecutor::try_post(Work work) {
    work();
    return true;
}

}  // namespace samvev::base
