#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace samvev::base {

// Runs work somewhere else. Nothing below wire makes a thread except through one of these.
class Executor {
public:
    using Work = std::function<void()>;

    Executor() = default;
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;
    virtual ~Executor() = default;

    // Takes the work, or returns false when the queue is full or the executor is stopping; then
    // nothing runs and the caller answers `overloaded`. Never blocks. [any thread]
    [[nodiscard]] virtual bool try_post(Work work) = 0;
};

// Whether somebody waits for the work; see lower_priority_of_this_thread().
enum class Urgency { foreground, background };

// `threads` workers over one queue of at most `queue_max` items. Destruction lets queued work
// finish and joins. A thread's work must not throw: an exception ends the process.
[[nodiscard]] std::unique_ptr<Executor> make_thread_pool(
    std::size_t threads, std::size_t queue_max, Urgency urgency = Urgency::foreground
);

// For tests and simulations: work waits until step() is called. Not thread-safe.
class ManualExecutor final : public Executor {
public:
    ManualExecutor();
    ~ManualExecutor() override;
    [[nodiscard]] bool try_post(Work work) override;
    // Runs the oldest item; false when there was none.
    bool step();
    // Steps until nothing is left; returns how many ran.
    std::size_t drain();

private:
    struct Queue;
    std::unique_ptr<Queue> queue_;
};

// Runs the work at once on the caller's thread.
class InlineExecutor final : public Executor {
public:
    [[nodiscard]] bool try_post(Work work) override;
};

}  // namespace samvev::base
