#include "app/commit_wakes.hpp"

#include <utility>

#include "base/assert.hpp"

namespace samvev::app {

CommitWakes::CommitWakes() : thread_(base::make_thread_pool(1, 1)) {
    const bool started = thread_->try_post([this] { run(); });
    SAMVEV_ASSERT(started);
}

CommitWakes::~CommitWakes() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.reset();
}

void CommitWakes::connect(store::EventLog& log, std::function<void()> wake) {
    {
        const std::lock_guard lock(mutex_);
        wake_ = std::move(wake);
    }
    log.on_commit([this](store::LogId of, store::Position) {
        if (of.kind != store::LogKind::access) {
            note();  // Nothing is folded from what was read.
        }
    });
}

void CommitWakes::disconnect() {
    const std::lock_guard lock(mutex_);
    wake_ = nullptr;
}

void CommitWakes::note() {
    const std::lock_guard lock(mutex_);
    if (!wake_ || noted_) {
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ >= pace) {
        last_ = now;
        wake_();
    } else {
        noted_ = true;
        changed_.notify_all();
    }
}

void CommitWakes::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return noted_ || stopping_; });
        changed_.wait_until(lock, last_ + pace, [this] { return stopping_; });
        if (stopping_) {
            return;
        }
        noted_ = false;
        last_ = std::chrono::steady_clock::now();
        if (wake_) {
            wake_();
        }
    }
}

}  // namespace samvev::app
