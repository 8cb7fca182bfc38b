#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "base/executor.hpp"

namespace samvev::subscriptions {

// One piece of work that runs on an executor whenever it was poked: never twice at once, and at
// least once after each poke. Destruction waits for a running one, and none starts afterwards.
// Concurrency: poke() [any thread]; destruction not from within the work.
class CoalescedWork {
public:
    // True when there is more: it runs again without a poke.
    using Work = std::function<bool()>;

    // The executor outlives this.
    CoalescedWork(base::Executor& executor, Work work)
        : executor_(&executor), shared_(std::make_shared<Shared>(std::move(work))) {}
    CoalescedWork(const CoalescedWork&) = delete;
    CoalescedWork& operator=(const CoalescedWork&) = delete;
    ~CoalescedWork() {
        const std::lock_guard lock(shared_->running);
        shared_->work = nullptr;
    }

    // False when the executor refused the work: then nothing runs, for this poke and for those that
    // came while it was tried.
    [[nodiscard]] bool poke() {
        const unsigned before = shared_->state.fetch_or(Shared::poked | Shared::active);
        return (before & Shared::active) != 0 || post(*executor_, shared_);
    }

private:
    struct Shared {
        explicit Shared(Work what) : work(std::move(what)) {}
        // Every change is a read-modify-write, so that work sees what happened before a poke that
        // it swallows.
        static constexpr unsigned poked = 1;
        static constexpr unsigned active = 2;  // posted or running
        std::atomic<unsigned> state{0};
        std::mutex running;  // Guards work; held while it runs.
        Work work;
    };

    static bool post(base::Executor& executor, const std::shared_ptr<Shared>& shared) {
        const bool taken = executor.try_post([&executor, shared] { run(executor, shared); });
        if (!taken) {
            shared->state.fetch_and(~Shared::active);
        }
        return taken;
    }

    static void run(base::Executor& executor, const std::shared_ptr<Shared>& shared) {
        while (true) {
            shared->state.fetch_and(~Shared::poked);
            {
                const std::lock_guard lock(shared->running);
                if (!shared->work) {
                    return;
                }
                if (shared->work()) {
                    shared->state.fetch_or(Shared::poked);
                }
            }
            unsigned expected = Shared::active;
            if (shared->state.compare_exchange_strong(expected, 0)) {
                return;
            }
            // Behind what else waits; when there is no room there, on at once.
            if (executor.try_post([&executor, shared] { run(executor, shared); })) {
                return;
            }
        }
    }

    base::Executor* executor_;
    std::shared_ptr<Shared> shared_;
};

}  // namespace samvev::subscriptions
