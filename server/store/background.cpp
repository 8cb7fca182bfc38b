#include "store/background.hpp"

#include <utility>

#include "base/thread_priority.hpp"

namespace samvev::store {

Background::Background(std::function<bool()> step)
    : step_(std::move(step)), thread_([this] { run(); }) {}

Background::~Background() {
    stop();
}

void Background::poke() {
    {
        const std::lock_guard lock(mutex_);
        poked_ = true;
    }
    changed_.notify_one();
}

void Background::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void Background::run() {
    base::lower_priority_of_this_thread();
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return poked_ || stopped_; });
        if (stopped_) {
            return;
        }
        poked_ = false;
        lock.unlock();
        const bool more = step_();
        std::this_thread::yield();  // As in views: commits come first.
        lock.lock();
        poked_ = poked_ || more;
    }
}

}  // namespace samvev::store
