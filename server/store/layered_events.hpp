#pragma once

#include <optional>
#include <string>
#include <variant>

#include "store/derived_store.hpp"
#include "store/event_log.hpp"
#include "store/record_store.hpp"
#include "store/tail.hpp"

namespace samvev::store {

// The events of a log, newest layer first: the tail in memory, then records and indexes on disk. An
// event that leaves the tail is on disk before it leaves, so asking in this order misses nothing.
// Concurrency: [any thread]. All fail as EventLog says of itself.
class LayeredEvents {
public:
    // All outlive this.
    LayeredEvents(const Tail& tail, const RecordStore& records, const DerivedStore& derived)
        : tail_(tail), records_(records), derived_(derived) {}

    struct Span {
        Position from;
        Position end;  // exclusive
    };
    // The position to go on from.
    [[nodiscard]] Result<Position> scan(
        LogId log, Span span, std::size_t limit, const EventVisitor& visit
    ) const;
    [[nodiscard]] Result<Revision> scan_stream(
        LogId log, const StreamId& stream, Revision from, std::size_t limit,
        const EventVisitor& visit
    ) const;
    [[nodiscard]] Result<std::monostate> scan_stream_back(
        LogId log, const StreamId& stream, Revision from, std::size_t limit,
        const EventVisitor& visit
    ) const;
    // A view into `storage`.
    [[nodiscard]] Result<std::optional<EventView>> find(LogId log, EventId id, std::string& storage)
        const;

private:
    const Tail& tail_;
    const RecordStore& records_;
    const DerivedStore& derived_;
};

}  // namespace samvev::store
