#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "store/event.hpp"

namespace samvev::subscriptions {

// Collects events in log order until one notification is full. It ends between two commits where
// that fits: a commit that began in the page and has no room is left for the next one, unless it
// fills a page alone. Not thread-safe.
class Page {
public:
    enum class Take { taken, full };
    // Appends the event's text; called only for events that are to be sent.
    using Write = std::function<void(std::string& out)>;

    // `scan_events_max`: how many events may be looked at, sent or not; the rest of a commit more.
    explicit Page(std::size_t scan_events_max) : scan_events_max_(scan_events_max) {}

    // The next event that was looked at. After `full` no more may follow.
    [[nodiscard]] Take take_visible(const store::EventView& event, const Write& write);
    [[nodiscard]] Take take_invisible(const store::EventView& event);

    // Where to go on: after the last event taken. Absent when none was.
    [[nodiscard]] std::optional<store::Position> next() const noexcept { return now_.next; }
    [[nodiscard]] std::size_t event_count() const noexcept { return now_.event_count; }
    [[nodiscard]] std::size_t invisible_count() const noexcept { return now_.invisible_count; }
    // Comma-separated JSON objects.
    [[nodiscard]] std::string_view events() const noexcept { return events_; }

private:
    struct Progress {
        std::optional<store::Position> next;
        std::size_t bytes = 0;
        std::size_t event_count = 0;
        std::size_t invisible_count = 0;
    };
    // Commands are unique in the log; the server's own bookkeeping commits have none.
    struct CommitMark {
        store::CommandId command;
        base::Timestamp recorded_at;
        std::string actor;
    };
    // False when the page ends before this event's commit.
    bool enter(const store::EventView& event);

    const std::size_t scan_events_max_;
    std::size_t scanned_ = 0;
    std::string events_;
    Progress now_;
    Progress commit_begin_;  // as it was before the first event of the current commit
    std::optional<CommitMark> commit_;
};

}  // namespace samvev::subscriptions
