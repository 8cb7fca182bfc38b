#include "store/layered_events.hpp"

#include <algorithm>
#include <limits>

#include "store/event_codec.hpp"

namespace samvev::store {

namespace {

constexpr std::size_t scan_chunk_events = 512;  // Taken from the tail at a time.

std::uint64_t saturating_add(std::uint64_t a, std::uint64_t b) {
    return b > std::numeric_limits<std::uint64_t>::max() - a
               ? std::numeric_limits<std::uint64_t>::max()
               : a + b;
}

// How far a scan has come.
struct ScanProgress {
    Position next;
    std::size_t left = 0;
    bool stopped = false;

    [[nodiscard]] bool goes_on() const { return left > 0 && !stopped; }
    // Visits the record's events from `next` on and before `end`.
    void visit_record(const Record& record, Position end, const EventVisitor& visit) {
        for (const EventView& event : record.events) {
            if (!goes_on() || event.position >= end) {
                return;
            }
            if (event.position < next) {
                continue;
            }
            next = event.position.next();
            --left;
            stopped = visit(event) == Visit::stop;
        }
    }
};

Result<std::monostate> scan_disk(
    const RecordStore& records, LogId log, Position end, ScanProgress& progress,
    const EventVisitor& visit
) {
    return records.visit(
        log, progress.next, end,
        [&](keys::Cursor, std::string_view, const Record& record) {
            progress.visit_record(record, end, visit);
            return progress.goes_on() ? Visit::more : Visit::stop;
        }
    );
}

}  // namespace

Result<Position> LayeredEvents::scan(
    LogId log, Span span, std::size_t limit, const EventVisitor& visit
) const {
    const Position end = span.end;
    ScanProgress progress{span.from, limit};
    while (progress.next < end && progress.goes_on()) {
        const std::size_t chunk = std::min(progress.left, scan_chunk_events);
        const Tail::Records hot = tail_.records_from(log, progress.next, chunk);
        if (hot.records.empty()) {
            const Position until = hot.first ? std::min(*hot.first, end) : end;
            SAMVEV_CHECK_OK(scan_disk(records_, log, until, progress, visit));
        }
        for (const TailRecordPtr& record : hot.records) {
            progress.visit_record(record->record, end, visit);
        }
    }
    return progress.next;
}

Result<Revision> LayeredEvents::scan_stream(
    LogId log, const StreamId& stream, Revision from, std::size_t limit, const EventVisitor& visit
) const {
    const Tail::StreamPart part = tail_.stream_up(log, stream, from, limit);
    SAMVEV_TRY(
        const auto head,
        part.head ? Result<std::optional<StreamHead>>(part.head) : derived_.stream_head(log, stream)
    );
    if (!head) {
        return fail(ErrorCode::not_found, "there is no stream " + stream.text());
    }
    const Revision end = head->revision.next();
    const Revision on_disk = part.head ? part.first : end;
    Revision next = from;
    bool stopped = limit == 0;
    if (from < on_disk && limit > 0) {
        const Revision until(std::min(on_disk.value(), saturating_add(from.value(), limit)));
        SAMVEV_CHECK_OK(derived_
                            .visit_stream(log, stream, from, until, [&](const EventView& event) {
                                next = event.revision.next();
                                --limit;
                                stopped = visit(event) == Visit::stop;
                                return stopped ? Visit::stop : Visit::more;
                            }));
    }
    for (const TailEvent& event : part.events) {
        if (stopped || limit == 0) {
            break;
        }
        next = event.view().revision.next();
        --limit;
        stopped = visit(event.view()) == Visit::stop;
    }
    return next;
}

Result<std::monostate> LayeredEvents::scan_stream_back(
    LogId log, const StreamId& stream, Revision from, std::size_t limit, const EventVisitor& visit
) const {
    const Tail::StreamPart part = tail_.stream_down(log, stream, from, limit);
    SAMVEV_TRY(
        const auto head,
        part.head ? Result<std::optional<StreamHead>>(part.head) : derived_.stream_head(log, stream)
    );
    if (!head) {
        return fail(ErrorCode::not_found, "there is no stream " + stream.text());
    }
    for (const TailEvent& event : part.events) {
        --limit;
        if (visit(event.view()) == Visit::stop) {
            return std::monostate();
        }
    }
    const Revision on_disk = part.head ? part.first : head->revision.next();
    if (limit == 0 || on_disk == Revision(0)) {
        return std::monostate();
    }
    const Revision start(std::min(from.value(), on_disk.value() - 1));
    return derived_.visit_stream_back(log, stream, start, [&](const EventView& event) {
        --limit;
        return visit(event) == Visit::stop || limit == 0 ? Visit::stop : Visit::more;
    });
}

Result<std::optional<EventView>> LayeredEvents::find(LogId log, EventId id, std::string& storage)
    const {
    storage.clear();
    if (const std::optional<TailEvent> hot = tail_.find_event(log, id)) {
        append_event(storage, hot->view());
    } else {
        SAMVEV_TRY(const auto position, derived_.event_position(log, id));
        if (!position) {
            return std::nullopt;
        }
        ScanProgress progress{*position, 1};
        SAMVEV_CHECK_OK(scan_disk(
            records_, log, position->next(), progress,
            [&storage](const EventView& event) {
                append_event(storage, event);
                return Visit::stop;
            }
        ));
    }
    SAMVEV_TRY(const EventView view, read_event(storage));
    return view;
}

}  // namespace samvev::store
