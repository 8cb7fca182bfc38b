#include "store/tail.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace samvev::store {

void Tail::set_head(LogId log, const keys::Head& head) {
    const std::lock_guard lock(mutex_);
    heads_.insert_or_assign(log, head);
}

void Tail::publish(
    std::span<const TailRecordPtr> records, const std::map<LogId, keys::Head>& heads
) {
    const std::lock_guard lock(mutex_);
    for (const TailRecordPtr& record : records) {
        index_.add(record);
        unflushed_.events += record->record.events.size();
        unflushed_.bytes += record->bytes.size();
    }
    for (const auto& [log, head] : heads) {
        heads_.insert_or_assign(log, head);
    }
}

void Tail::replace(LogId log, keys::Cursor at, const std::string& bytes) {
    const std::lock_guard lock(mutex_);
    index_.replace(log, at, bytes);
}

std::optional<keys::Head> Tail::head(LogId log) const {
    const std::lock_guard lock(mutex_);
    const auto at = heads_.find(log);
    return at == heads_.end() ? std::nullopt : std::optional(at->second);
}

std::vector<LogId> Tail::logs() const {
    const std::lock_guard lock(mutex_);
    std::vector<LogId> out;
    for (const auto& [log, head] : heads_) {
        if (head.cursor.next > Position(0)) {
            out.push_back(log);
        }
    }
    return out;
}

Tail::Unflushed Tail::unflushed() const {
    const std::lock_guard lock(mutex_);
    return unflushed_;
}

std::vector<TailRecordPtr> Tail::oldest_unflushed(std::size_t events_max) const {
    const std::lock_guard lock(mutex_);
    std::vector<TailRecordPtr> out;
    const std::deque<TailRecordPtr>& records = index_.records();
    std::size_t entries = 0;
    for (std::size_t i = flushed_count_; i < records.size() && entries < events_max; ++i) {
        out.push_back(records[i]);
        entries += std::max<std::size_t>(records[i]->record.events.size(), 1);
    }
    return out;
}

void Tail::flushed(std::span<const TailRecordPtr> records) {
    const std::lock_guard lock(mutex_);
    for (const TailRecordPtr& record : records) {
        SAMVEV_ASSERT(index_.records()[flushed_count_] == record);
        ++flushed_count_;
        unflushed_.events -= record->record.events.size();
        unflushed_.bytes -= record->bytes.size();
    }
    while (flushed_count_ > 0 && index_.bytes() > hot_bytes_max) {
        index_.drop_oldest();
        --flushed_count_;
    }
}

std::optional<StreamHead> Tail::stream_head(LogId log, const StreamId& stream) const {
    const std::lock_guard lock(mutex_);
    return index_.stream_head(log, stream);
}

std::optional<Remembered> Tail::remembered(LogId log, const CommandKey& command) const {
    const std::lock_guard lock(mutex_);
    return index_.remembered(log, command);
}

std::optional<TailEvent> Tail::find_event(LogId log, EventId id) const {
    const std::lock_guard lock(mutex_);
    return index_.find_event(log, id);
}

std::optional<std::optional<StreamId>> Tail::claim_owner(LogId log, const ClaimKey& claim) const {
    const std::lock_guard lock(mutex_);
    return index_.claim_owner(log, claim);
}

std::optional<std::optional<TimerSet>> Tail::timer(LogId log, const TimerKey& timer) const {
    const std::lock_guard lock(mutex_);
    return index_.timer(log, timer);
}

std::vector<LogTimer> Tail::due_timers(base::Timestamp until, std::size_t limit) const {
    const std::lock_guard lock(mutex_);
    return index_.due_timers(until, limit);
}

Tail::Records Tail::records_from(LogId log, Position from, std::size_t limit) const {
    const std::lock_guard lock(mutex_);
    Records out;
    out.first = index_.first_position(log);
    if (out.first && *out.first <= from) {
        out.records = index_.records_from(log, from, limit);
    }
    return out;
}

Tail::StreamPart Tail::stream_up(
    LogId log, const StreamId& stream, Revision from, std::size_t limit
) const {
    const std::lock_guard lock(mutex_);
    StreamPart out;
    const std::deque<TailEvent>* const events = index_.stream_events(log, stream);
    if (events == nullptr) {
        return out;
    }
    out.head = index_.stream_head(log, stream);
    out.first = events->front().view().revision;
    const std::uint64_t skip = from > out.first ? from.value() - out.first.value() : 0;
    for (std::uint64_t i = skip; i < events->size() && out.events.size() < limit; ++i) {
        out.events.push_back((*events)[i]);
    }
    return out;
}

Tail::StreamPart Tail::stream_down(
    LogId log, const StreamId& stream, Revision from, std::size_t limit
) const {
    const std::lock_guard lock(mutex_);
    StreamPart out;
    const std::deque<TailEvent>* const events = index_.stream_events(log, stream);
    if (events == nullptr) {
        return out;
    }
    out.head = index_.stream_head(log, stream);
    out.first = events->front().view().revision;
    if (from < out.first) {
        return out;
    }
    const std::uint64_t count =
        std::min<std::uint64_t>(from.value() - out.first.value(), events->size() - 1) + 1;
    for (std::uint64_t left = count; left > 0 && out.events.size() < limit; --left) {
        out.events.push_back((*events)[left - 1]);
    }
    return out;
}

}  // namespace samvev::store
