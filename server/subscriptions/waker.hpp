#pragma once

#include <atomic>
#include <mutex>

#include "subscriptions/event_sink.hpp"

namespace samvev::subscriptions {

// Wakes one connection, at most once per time it fell asleep.
//
// Why no wake is lost: a reader says falls_asleep() before it looks (under the feed's lock) whether
// there is something; a waker changes what there is (under the same lock) before it calls wake().
// Whoever takes that lock second sees what the other did.
// Concurrency: [any thread].
class Waker {
public:
    explicit Waker(EventSink& sink) : sink_(&sink) {}
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;

    void falls_asleep() noexcept { asleep_.store(true); }
    // There is something to send: no wake is needed until it falls asleep again.
    void stays_awake() noexcept { asleep_.store(false); }
    [[nodiscard]] bool is_asleep() const noexcept { return asleep_.load(); }

    void wake() {
        if (!asleep_.exchange(false)) {
            return;
        }
        const std::lock_guard lock(mutex_);
        if (sink_ != nullptr) {
            sink_->wake();
        }
    }

    // No wake reaches the sink after this has returned.
    void detach() {
        const std::lock_guard lock(mutex_);
        sink_ = nullptr;
    }

private:
    std::atomic<bool> asleep_{false};
    std::mutex mutex_;  // Guards sink_.
    EventSink* sink_;
};

}  // namespace samvev::subscriptions
