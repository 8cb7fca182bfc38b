#pragma once

#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/event.hpp"
#include "store/ids.hpp"

namespace samvev::subscriptions {

// One event of the last moments, serialised once for everybody who is to get it. Shared by the
// pages under construction, which may outlive its place among the recent events.
struct RecentEvent {
    store::RecordedEvent event;
    std::string text;  // as DeliveredEvents writes it
    [[nodiscard]] std::size_t bytes() const noexcept {
        return text.size() + event->payload.size() + sizeof(RecentEvent) + 256;
    }
};
using RecentEventPtr = std::shared_ptr<const RecentEvent>;

// The last events of one log without gaps: positions [first, next). Not thread-safe.
// Limits: recent_events_max and recent_bytes_max; the oldest fall out.
class RecentEvents {
public:
    void restart(store::Position next);
    // `event` has position next().
    void append(RecentEventPtr event);
    void clear() { restart(next()); }

    [[nodiscard]] store::Position first() const noexcept { return first_; }
    [[nodiscard]] store::Position next() const noexcept {
        return store::Position(first_.value() + events_.size());
    }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    // `position` is in [first, next).
    [[nodiscard]] const RecentEventPtr& at(store::Position position) const {
        return events_[position.value() - first_.value()];
    }

private:
    void drop_oldest();

    store::Position first_{0};
    std::deque<RecentEventPtr> events_;
    std::size_t bytes_ = 0;
};

// Keeps the recent events of all tenants together under recent_bytes_max_all by emptying those that
// were silent longest. [any thread]
class RecentBudget {
public:
    // Somebody's recent events.
    class Holder {
    public:
        Holder() = default;
        Holder(const Holder&) = delete;
        Holder& operator=(const Holder&) = delete;
        virtual ~Holder() = default;
        virtual void drop_recent() = 0;
    };

    // `holder` now holds that many bytes; call it without holding the lock that drop_recent()
    // takes.
    void holds(Holder& holder, std::size_t bytes);

private:
    struct Share {
        Holder* holder = nullptr;
        std::size_t bytes = 0;
    };
    std::mutex mutex_;         // Guards the two below.
    std::list<Share> shares_;  // the one that was silent longest first
    std::size_t total_ = 0;
};

}  // namespace samvev::subscriptions
