#include "store/commit_hooks.hpp"

#include <utility>

namespace samvev::store {

void CommitHooks::add_wake(EventLog::Wake wake) {
    const std::lock_guard lock(mutex_);
    auto wakes = std::make_shared<std::vector<EventLog::Wake>>(*wakes_);
    wakes->push_back(std::move(wake));
    wakes_ = std::move(wakes);
}

void CommitHooks::wake(const std::map<LogId, Position>& nexts) const {
    std::shared_ptr<const std::vector<EventLog::Wake>> wakes;
    {
        const std::lock_guard lock(mutex_);
        wakes = wakes_;
    }
    for (const EventLog::Wake& wake : *wakes) {
        for (const auto& [log, next] : nexts) {
            wake(log, next);
        }
    }
}

}  // namespace samvev::store
