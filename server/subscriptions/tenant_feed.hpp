#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/executor.hpp"
#include "base/wake_runner.hpp"
#include "store/event_log.hpp"
#include "subscriptions/cloud_event.hpp"
#include "subscriptions/filter.hpp"
#include "subscriptions/recent_events.hpp"
#include "subscriptions/waker.hpp"

namespace samvev::subscriptions {

// One subscription as the feed sees it: whom to wake for which streams.
struct Watcher {
    Watcher(std::shared_ptr<Waker> whom, StreamSet which)
        : waker(std::move(whom)), streams(std::move(which)) {}

    const std::shared_ptr<Waker> waker;
    const StreamSet streams;  // empty = all

    // Guarded by the feed's lock; only used when `streams` is not empty.
    std::optional<store::Position> touched_from;  // first event of its streams since it was asked
    bool missed = false;                          // there may be more: only the log knows
};

// The recent events of one tenant's domain log, and who waits for what.
//
// A commit pokes it; on the executor it then takes the new events from the log, in order,
// serialises each once, and wakes those that can match. It runs only while somebody watches.
// Concurrency: [any thread]; never calls the log while it holds its lock.
class TenantFeed final : private RecentBudget::Holder {
public:
    struct Parts {
        const store::EventLog& log;
        const DeliveredEvents& delivered;
        base::Executor& executor;
        RecentBudget& budget;
    };
    TenantFeed(const Parts& parts, store::TenantId tenant);
    ~TenantFeed() override;
    TenantFeed(const TenantFeed&) = delete;
    TenantFeed& operator=(const TenantFeed&) = delete;

    [[nodiscard]] store::LogId log_id() const noexcept { return log_id_; }

    // From its return on, each commit wakes the watcher, or marks it, or is below the log's head.
    void watch(const std::shared_ptr<Watcher>& watcher);
    void unwatch(const std::shared_ptr<Watcher>& watcher);

    // The log has grown. Cheap, does not call the log. [committer]
    void log_has_grown();

    struct Slice {
        bool covered = false;         // `from` is not older than the recent events
        bool missed = false;          // the log may hold more, and no wake for it is under way
        store::Position next;         // everything matching in [from, next) is in `events`
        store::Position distributed;  // end of the recent events
        std::vector<RecentEventPtr> events;
    };
    // The recent events from `from` on that are in the watcher's streams, at most `count_max`.
    [[nodiscard]] Slice recent(const Watcher& watcher, store::Position from, std::size_t count_max)
        const;

    struct Marks {
        std::optional<store::Position> touched_from;
        bool missed = false;
        store::Position distributed;
    };
    // What has happened to the watcher's streams since the last time; forgets it.
    [[nodiscard]] Marks take_marks(Watcher& watcher);

    void drop_recent() override;

private:
    using Wakers = std::vector<std::shared_ptr<Waker>>;

    bool distribute();
    [[nodiscard]] std::optional<store::Position> distribute_from(store::Position head);
    // False when the recent events do not end at `from` any more: the watchers have changed over.
    [[nodiscard]] bool publish(
        store::Position from, std::vector<RecentEventPtr> events, bool reached_head
    );
    void miss_all();
    // The three below: the lock is held by the caller.
    void mark_all_missed();
    void touch(const store::EventView& event, Wakers& wakers);
    [[nodiscard]] Wakers all_wakers() const;

    Parts parts_;
    const store::LogId log_id_;
    std::atomic<unsigned> watched_{0};  // watchers; changed under the lock only
    mutable std::mutex mutex_;          // Guards what follows, and the marks of the watchers.
    RecentEvents recent_;
    bool missed_ = false;
    std::vector<std::shared_ptr<Watcher>> watchers_of_all_;
    std::unordered_map<base::Uuid, std::vector<std::shared_ptr<Watcher>>> watchers_of_stream_;
    base::WakeRunner distribution_;  // Last: it uses the above.
};

}  // namespace samvev::subscriptions
