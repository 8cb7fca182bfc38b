#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/actor.hpp"
#include "access/reading.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/event_log.hpp"
#include "subscriptions/cloud_event.hpp"
#include "subscriptions/filter.hpp"
#include "subscriptions/page.hpp"
#include "subscriptions/permit.hpp"
#include "subscriptions/stream_merge.hpp"
#include "subscriptions/tenant_feed.hpp"

namespace samvev::subscriptions {

// One cursor over one tenant's domain log.
//
// It holds a position, never an event: what it answers is read from the recent events or from the
// log when it is asked. Everything that matches before its position has been answered.
// Concurrency: poll() and end() by one caller at a time; is_live() and change_actor() [any thread].
class Subscription {
public:
    struct Parts {
        const store::EventLog& log;
        const base::Clock& clock;
        const DeliveredEvents& delivered;
        const Permit& permit;
        TenantFeed& feed;
    };
    struct Start {
        std::string id;
        access::Actor actor;
        EventFilter filter;
        store::Position next;    // where to read on
        bool from_head = false;  // `next` is the head at this moment
        std::shared_ptr<Waker> waker;
    };
    // Watches the feed from here on.
    Subscription(const Parts& parts, Start start);
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    [[nodiscard]] const std::string& id() const noexcept { return id_; }
    // It has all there is, as far as it was asked.
    [[nodiscard]] bool is_live() const noexcept { return live_.load(); }

    // Whose rights count from the next poll on.
    void change_actor(const access::Actor& actor);

    enum class Reach { memory, log };
    enum class Found {
        something,
        nothing,    // until the waker says otherwise
        needs_log,  // ask again with Reach::log
        ended,      // `params` is the last notification
    };
    struct Answer {
        Found found = Found::nothing;
        std::string params;
        access::Reading reading{};  // whom it shows something of: on record before it is sent
    };
    [[nodiscard]] Answer poll(Reach reach);
    // The last notification.
    [[nodiscard]] Answer end(std::string_view reason) const;

private:
    // What is known of [next_, head) when the filter names streams.
    enum class Pending {
        none,    // Nothing there.
        recent,  // Something; the recent events hold it if they still reach back to next_.
        in_log,  // Only the log knows.
    };

    Answer poll_tenant(Reach reach);
    Answer poll_streams(Reach reach);
    Answer read_tenant_log();
    Answer read_streams();
    void read_marks();
    Answer take_recent(const TenantFeed::Slice& slice, Reach reach);
    [[nodiscard]] Page::Take offer(
        Page& page, const store::EventView& event, const std::string* text
    );
    [[nodiscard]] access::Reading reading_of(const Page& page) const;
    [[nodiscard]] Result<std::uint64_t> count_unread_in_streams() const;

    Answer finish(const Page& page, bool reached, base::Timestamp asked_at);
    Answer reach_head(base::Timestamp asked_at);
    Answer idle(base::Timestamp now);
    Answer fall_behind();
    Answer caught_up();
    Answer fail_with(const Error& error) const;
    Answer say(std::string_view kind, std::string_view members);
    [[nodiscard]] std::string notification(std::string_view kind, std::string_view members) const;

    const Parts parts_;
    const std::string id_;
    access::Actor actor_;  // as of this poll
    std::mutex mutex_;     // Guards new_actor_.
    std::optional<access::Actor> new_actor_;
    const EventFilter filter_;
    const std::uint64_t epoch_;
    const std::shared_ptr<Watcher> watcher_;

    store::Position next_;
    std::vector<StreamCursor> cursors_;  // empty: the whole log
    // Of the events offered to the page: those that it keeps are in it.
    struct Seen {
        store::Position position;
        store::StreamId stream;
        store::Revision revision;
        access::Ground ground;
    };
    std::vector<Seen> seen_;
    Pending pending_;
    std::atomic<bool> live_{false};
    std::optional<base::Timestamp> reached_at_;  // caughtUp is to be said
    std::size_t invisible_ = 0;                  // events passed since the last position it told
    base::Timestamp spoke_at_;
};

}  // namespace samvev::subscriptions
