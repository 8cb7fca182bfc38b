#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace samvev::timers {

// Where completions leave what they got, for step() to take up. Shared by its owner and by the
// completions it waits for, which may come after the owner is gone. It holds at most one item per
// call under way. [any thread]
template <typename T>
class Inbox {
public:
    void push(T item) {
        const std::lock_guard lock(mutex_);
        items_.push_back(std::move(item));
        if (on_push_) {
            on_push_();
        }
    }
    [[nodiscard]] std::vector<T> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(items_, {});
    }
    [[nodiscard]] bool empty() const {
        const std::lock_guard lock(mutex_);
        return items_.empty();
    }
    // Called after each push; must only post. None is called after a null one was set.
    void on_push(std::function<void()> wake) {
        const std::lock_guard lock(mutex_);
        on_push_ = std::move(wake);
    }

private:
    mutable std::mutex mutex_;  // Guards what follows.
    std::vector<T> items_;
    std::function<void()> on_push_;
};

}  // namespace samvev::timers
