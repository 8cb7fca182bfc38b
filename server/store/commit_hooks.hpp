#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "store/event_log.hpp"

namespace samvev::store {

// Who wants to hear of commits: one guard, one listener, any number of wakes. The same for every
// engine.
class CommitHooks {
public:
    // Before the first commit only.
    void set_guard(CommitGuard* guard) { guard_ = guard; }
    void set_listener(CommitListener* listener) { listener_ = listener; }
    // [any thread]
    void add_wake(EventLog::Wake wake);

    [[nodiscard]] CommitGuard* guard() const noexcept { return guard_; }  // [committer]
    void committed(LogId log, std::span<const EventView> events) {        // [committer]
        if (listener_ != nullptr && !events.empty()) {
            listener_->committed(log, events);
        }
    }
    void wake(const std::map<LogId, Position>& nexts) const;  // [committer]

private:
    CommitGuard* guard_ = nullptr;
    CommitListener* listener_ = nullptr;
    mutable std::mutex mutex_;  // Guards wakes_.
    std::shared_ptr<const std::vector<EventLog::Wake>> wakes_ =
        std::make_shared<const std::vector<EventLog::Wake>>();
};

}  // namespace samvev::store
