#include "app/commit_wakes.hpp"

#include <utility>

namespace samvev::app {

void CommitWakes::connect(store::EventLog& log, std::function<void()> wake) {
    {
        const std::lock_guard lock(mutex_);
        wake_ = std::move(wake);
    }
    log.on_commit([this](store::LogId, store::Position) {
        const std::lock_guard lock(mutex_);
        if (wake_) {
            wake_();
        }
    });
}

void CommitWakes::disconnect() {
    const std::lock_guard lock(mutex_);
    wake_ = nullptr;
}

}  // namespace samvev::app
