#include "subscriptions/stream_merge.hpp"

#include "base/limits.hpp"

namespace samvev::subscriptions {
namespace {

// A page ends before the commit that had no room: that takes back one commit, and one event that
// did not fit.
constexpr std::size_t rewind_events_max = limits::commit_events_max + 1;

}  // namespace

Result<std::optional<store::Revision>> find_revision(
    const store::EventLog& log, store::LogId log_id, const store::StreamId& stream,
    store::Position from
) {
    SAMVEV_TRY(const std::optional<store::StreamHead> head, log.stream_head(log_id, stream));
    if (!head) {
        return std::optional<store::Revision>();
    }
    std::uint64_t low = 0;
    std::uint64_t high = head->revision.value() + 1;
    if (head->position < from) {
        low = high;
    }
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        store::Position position;
        SAMVEV_CHECK_OK(log.scan_stream(
            log_id, stream, store::Revision(middle), 1,
            [&](const store::EventView& event) {
                position = event.position;
                return store::Visit::stop;
            }
        ));
        if (position < from) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return std::optional(store::Revision(low));
}

StreamMerge::StreamMerge(
    const store::EventLog& log, store::LogId log_id, std::span<StreamCursor> cursors
)
    : log_(log), log_id_(log_id), cursors_(cursors), sources_(cursors.size()) {}

Result<std::monostate> StreamMerge::locate(StreamCursor& cursor, store::Position from) {
    if (!cursor.next && from.value() == 0) {
        cursor.next = store::Revision(0);
    } else if (!cursor.next) {
        SAMVEV_TRY(cursor.next, find_revision(log_, log_id_, cursor.stream, from));
    }
    return std::monostate();
}

Result<std::monostate> StreamMerge::refill(
    std::size_t source, store::Position from, store::Position end
) {
    Source& into = sources_[source];
    StreamCursor& cursor = cursors_[source];
    SAMVEV_CHECK_OK(locate(cursor, from));
    if (!cursor.next) {
        into.exhausted = true;  // No such stream yet.
        return std::monostate();
    }
    std::size_t bytes = 0;
    bool reached_end = false;
    std::size_t seen = 0;
    const auto scanned = log_.scan_stream(
        log_id_, cursor.stream, *cursor.next, limits::merge_events_ahead,
        [&](const store::EventView& event) {
            ++seen;
            if (event.position >= end) {
                reached_end = true;
                return store::Visit::stop;
            }
            // A revision that was remembered too early costs reading, never a repetition.
            if (event.position >= from) {
                into.ahead.push_back(store::RecordedEvent::copy_of(event));
            }
            bytes += event.payload.size();
            cursor.next = event.revision.next();
            return bytes < limits::merge_bytes_ahead ? store::Visit::more : store::Visit::stop;
        }
    );
    if (!scanned && scanned.error().code != ErrorCode::not_found) {
        return tl::unexpected<Error>(scanned.error());
    }
    into.exhausted = !scanned || reached_end || seen == 0;
    return std::monostate();
}

std::optional<std::size_t> StreamMerge::earliest() const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        if (sources_[i].ahead.empty()) {
            continue;
        }
        if (!found ||
            sources_[i].ahead.front()->position < sources_[*found].ahead.front()->position) {
            found = i;
        }
    }
    return found;
}

Result<bool> StreamMerge::visit(
    store::Position from, store::Position end, const store::EventVisitor& visit
) {
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        while (sources_[i].ahead.empty() && !sources_[i].exhausted) {
            SAMVEV_CHECK_OK(refill(i, from, end));
        }
    }
    while (const std::optional<std::size_t> source = earliest()) {
        Source& now = sources_[*source];
        const store::RecordedEvent event = std::move(now.ahead.front());
        now.ahead.pop_front();
        visited_.push_back({event->position, event->revision, *source});
        if (visited_.size() > rewind_events_max) {
            visited_.pop_front();
        }
        if (visit(event.view()) == store::Visit::stop) {
            return false;
        }
        while (now.ahead.empty() && !now.exhausted) {
            SAMVEV_CHECK_OK(refill(*source, from, end));
        }
    }
    return true;
}

void StreamMerge::rewind(store::Position next) {
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        if (!sources_[i].ahead.empty()) {
            cursors_[i].next = sources_[i].ahead.front()->revision;
        }
    }
    // Backwards, so that a stream's earliest unused event has the last word.
    for (auto at = visited_.rbegin(); at != visited_.rend() && at->position >= next; ++at) {
        cursors_[at->source].next = at->revision;
    }
}

}  // namespace samvev::subscriptions
