#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace samvev::base {

// Many producers, many consumers, at most `size_max` items. [any thread]
template <typename T>
class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t size_max) : size_max_(size_max) {}

    // False when full or closed; `item` is then untouched.
    [[nodiscard]] bool try_push(T& item) {
        {
            const std::lock_guard lock(mutex_);
            if (closed_ || items_.size() >= size_max_) {
                return false;
            }
            items_.push_back(std::move(item));
        }
        changed_.notify_one();
        return true;
    }

    // Waits for an item; absent when the queue is closed and empty.
    [[nodiscard]] std::optional<T> pop() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return closed_ || !items_.empty(); });
        if (items_.empty()) {
            return std::nullopt;
        }
        std::optional<T> item(std::move(items_.front()));
        items_.pop_front();
        return item;
    }

    // No further push succeeds; pop gives what is left, then nothing.
    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        changed_.notify_all();
    }

private:
    const std::size_t size_max_;
    std::mutex mutex_;  // Guards items_ and closed_.
    std::condition_variable changed_;
    std::deque<T> items_;
    bool closed_ = false;
};

}  // namespace samvev::base
