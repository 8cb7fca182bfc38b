#pragma once

#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "store/event_log.hpp"

namespace samvev::subscriptions {

// How far one stream has been read. The revision is a memory of where the position is in the
// stream; absent = to be looked up.
struct StreamCursor {
    store::StreamId stream;
    std::optional<store::Revision> next;
};

// The first revision of the stream whose position is `from` or later; one after the last when
// there is none. Absent when the stream has never existed. Binary search: log2(n) reads.
[[nodiscard]] Result<std::optional<store::Revision>> find_revision(
    const store::EventLog& log, store::LogId log_id, const store::StreamId& stream,
    store::Position from
);

// Reads several streams as one, in order of position, without touching the rest of the log. What
// it holds is bounded: limits::merge_events_ahead per stream. Not thread-safe; may block on disk.
class StreamMerge {
public:
    // `cursors` outlives the merge.
    StreamMerge(const store::EventLog& log, store::LogId log_id, std::span<StreamCursor> cursors);

    // Visits events with position in [from, end) until the visitor stops; true when it did not.
    [[nodiscard]] Result<bool> visit(
        store::Position from, store::Position end, const store::EventVisitor& visit
    );
    // Sets the cursors to go on from `next`, after visit(): events from there on were not used.
    void rewind(store::Position next);

private:
    struct Source {
        std::deque<store::RecordedEvent> ahead;
        bool exhausted = false;
    };
    struct Visited {
        store::Position position;
        store::Revision revision;
        std::size_t source = 0;
    };
    [[nodiscard]] Result<std::monostate> locate(StreamCursor& cursor, store::Position from);
    [[nodiscard]] Result<std::monostate> refill(
        std::size_t source, store::Position from, store::Position end
    );
    [[nodiscard]] std::optional<std::size_t> earliest() const;

    const store::EventLog& log_;
    const store::LogId log_id_;
    const std::span<StreamCursor> cursors_;
    std::vector<Source> sources_;
    std::deque<Visited> visited_;  // the last ones: as many as a rewind can take back
};

}  // namespace samvev::subscriptions
