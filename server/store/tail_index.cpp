#include "store/tail_index.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace samvev::store {

Result<TimerEffects> timer_effects(
    const std::vector<TimerClear>& clears, const std::vector<TimerSet>& sets, const FindTimer& find
) {
    TimerEffects effects;
    for (const TimerClear& clear : clears) {
        if (clear.set_by) {
            SAMVEV_TRY(const auto now, find(clear.key));
            if (!now || now->set_by != *clear.set_by) {
                continue;
            }
        }
        effects.emplace_back(clear.key, std::nullopt);
    }
    for (const TimerSet& timer : sets) {
        effects.emplace_back(timer.key, timer);
    }
    return effects;
}

void TailIndex::add(const TailRecordPtr& record) {
    LogTail& tail = logs_[record->record.log];
    records_.push_back(record);
    tail.records.push_back(record);
    bytes_ += record->bytes.size();
    add_events(tail, record);
    if (record->record.command) {
        const RecordCommand& command = *record->record.command;
        tail.results.emplace(CommandKey{command.id, std::string(command.actor)}, record);
    }
    for (const ClaimChange& change : record->claims) {
        const bool take = change.kind == ClaimChange::Kind::take;
        tail.claims.insert_or_assign(
            change.claim,
            Change<StreamId>{record.get(), take ? std::optional(change.owner) : std::nullopt}
        );
    }
    for (const auto& [key, timer] : record->timers) {
        set_timer(tail, record, key, timer);
    }
}

void TailIndex::add_events(LogTail& tail, const TailRecordPtr& record) {
    std::deque<TailEvent>* stream = nullptr;
    const std::vector<EventView>& events = record->record.events;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const bool same = i > 0 && events[i].stream_id == events[i - 1].stream_id &&
                          events[i].stream_kind == events[i - 1].stream_kind;
        if (!same) {
            stream = &tail.streams[events[i].stream()];
        }
        stream->push_back({record, i});
        tail.event_ids.emplace(events[i].id, TailEvent{record, i});
    }
}

void TailIndex::set_timer(
    LogTail& tail, const TailRecordPtr& record, const TimerKey& key,
    const std::optional<TimerSet>& timer
) {
    Change<TimerSet>& change = tail.timers[key];
    if (change.value) {
        due_.erase(keys::due(record->record.log, change.value->due, key));
    }
    change = {record.get(), timer};
    if (timer) {
        due_.insert(keys::due(record->record.log, timer->due, key));
    }
}

void TailIndex::drop_oldest() {
    SAMVEV_ASSERT(!records_.empty());
    const TailRecordPtr record = records_.front();
    const auto at = logs_.find(record->record.log);
    SAMVEV_ASSERT(at != logs_.end());
    LogTail& tail = at->second;
    SAMVEV_ASSERT(tail.records.front() == record);
    for (const EventView& event : record->record.events) {
        const auto stream = tail.streams.find(event.stream());
        SAMVEV_ASSERT(stream != tail.streams.end());
        stream->second.pop_front();
        if (stream->second.empty()) {
            tail.streams.erase(stream);
        }
        tail.event_ids.erase(event.id);
    }
    drop_changes(tail, *record);
    bytes_ -= record->bytes.size();
    tail.records.pop_front();
    records_.pop_front();
    if (tail.records.empty()) {
        logs_.erase(at);
    }
}

void TailIndex::drop_changes(LogTail& tail, const TailRecord& record) {
    if (record.record.command) {
        const RecordCommand& command = *record.record.command;
        tail.results.erase(CommandKey{command.id, std::string(command.actor)});
    }
    for (const ClaimChange& change : record.claims) {
        const auto at = tail.claims.find(change.claim);
        if (at != tail.claims.end() && at->second.by == &record) {
            tail.claims.erase(at);
        }
    }
    for (const auto& [key, timer] : record.timers) {
        const auto at = tail.timers.find(key);
        if (at != tail.timers.end() && at->second.by == &record) {
            if (at->second.value) {
                due_.erase(keys::due(record.record.log, at->second.value->due, key));
            }
            tail.timers.erase(at);
        }
    }
}

void TailIndex::replace(LogId log, keys::Cursor at, const std::string& bytes) {
    const auto same_place = [log, at](const TailRecordPtr& other) {
        return other->at == at && other->record.log == log;
    };
    const auto found = std::find_if(records_.begin(), records_.end(), same_place);
    if (found == records_.end()) {
        return;
    }
    const TailRecordPtr old = *found;
    // What it changed stays what it was then; only its bytes are others.
    const auto record = std::make_shared<TailRecord>();
    record->bytes = bytes;
    record->at = at;
    record->answer = old->answer;
    record->claims = old->claims;
    record->timers = old->timers;
    const Result<std::monostate> read = read_record(record->bytes, record->record);
    SAMVEV_ASSERT(read.has_value());
    LogTail& tail = logs_.at(record->record.log);
    bytes_ = bytes_ - old->bytes.size() + record->bytes.size();
    *found = record;
    std::replace(tail.records.begin(), tail.records.end(), old, TailRecordPtr(record));
    for (const EventView& event : record->record.events) {
        for (TailEvent& in_stream : tail.streams.at(event.stream())) {
            if (in_stream.record == old) {
                in_stream.record = record;
            }
        }
        tail.event_ids.at(event.id).record = record;
    }
    for (auto& [command, by] : tail.results) {
        if (by == old) {
            by = record;
        }
    }
    for (auto& [claim, change] : tail.claims) {
        change.by = change.by == old.get() ? record.get() : change.by;
    }
    for (auto& [key, change] : tail.timers) {
        change.by = change.by == old.get() ? record.get() : change.by;
    }
}

void TailIndex::clear() {
    records_.clear();
    logs_.clear();
    due_.clear();
    bytes_ = 0;
}

const TailIndex::LogTail* TailIndex::find(LogId log) const {
    const auto at = logs_.find(log);
    return at == logs_.end() ? nullptr : &at->second;
}

std::optional<StreamHead> TailIndex::stream_head(LogId log, const StreamId& stream) const {
    const std::deque<TailEvent>* const events = stream_events(log, stream);
    if (events == nullptr) {
        return std::nullopt;
    }
    const EventView& last = events->back().view();
    return StreamHead{last.revision, last.position};
}

std::optional<Remembered> TailIndex::remembered(LogId log, const CommandKey& command) const {
    const LogTail* const tail = find(log);
    if (tail == nullptr) {
        return std::nullopt;
    }
    const auto at = tail->results.find(command);
    if (at == tail->results.end()) {
        return std::nullopt;
    }
    return Remembered{at->second->record.command->digest, at->second->answer};
}

std::optional<TailEvent> TailIndex::find_event(LogId log, EventId id) const {
    const LogTail* const tail = find(log);
    if (tail == nullptr) {
        return std::nullopt;
    }
    const auto at = tail->event_ids.find(id);
    return at == tail->event_ids.end() ? std::nullopt : std::optional(at->second);
}

std::optional<std::optional<StreamId>> TailIndex::claim_owner(LogId log, const ClaimKey& claim)
    const {
    const LogTail* const tail = find(log);
    if (tail == nullptr) {
        return std::nullopt;
    }
    const auto at = tail->claims.find(claim);
    // Spelled out: the conditional operator would make "does not know" into "there is none".
    if (at == tail->claims.end()) {
        return std::nullopt;
    }
    return at->second.value;
}

std::optional<std::optional<TimerSet>> TailIndex::timer(LogId log, const TimerKey& timer) const {
    const LogTail* const tail = find(log);
    if (tail == nullptr) {
        return std::nullopt;
    }
    const auto at = tail->timers.find(timer);
    // Spelled out: the conditional operator would make "does not know" into "there is none".
    if (at == tail->timers.end()) {
        return std::nullopt;
    }
    return at->second.value;
}

std::vector<LogTimer> TailIndex::due_timers(base::Timestamp until, std::size_t limit) const {
    std::vector<LogTimer> out;
    const std::string end = keys::due_end(until);
    for (const std::string& due : due_) {
        if (due >= end || out.size() >= limit) {
            break;
        }
        const std::optional<keys::DueKey> key = keys::read_due(due);
        SAMVEV_ASSERT(key.has_value());
        out.push_back({key->log, *logs_.at(key->log).timers.at(key->timer).value});
    }
    return out;
}

std::optional<Position> TailIndex::first_position(LogId log) const {
    const LogTail* const tail = find(log);
    return tail == nullptr ? std::nullopt : std::optional(tail->records.front()->record.first);
}

std::vector<TailRecordPtr> TailIndex::records_from(LogId log, Position from, std::size_t limit)
    const {
    std::vector<TailRecordPtr> out;
    const LogTail* const tail = find(log);
    if (tail == nullptr) {
        return out;
    }
    // The first record that ends after `from`; records without events end where they begin.
    auto at = std::partition_point(
        tail->records.begin(), tail->records.end(),
        [from](const TailRecordPtr& record) { return record->record.next() <= from; }
    );
    for (std::size_t events = 0; at != tail->records.end() && events < limit; ++at) {
        out.push_back(*at);
        events += (*at)->record.events.size();
    }
    return out;
}

const std::deque<TailEvent>* TailIndex::stream_events(LogId log, const StreamId& stream) const {
    const LogTail* const tail = find(log);
    if (tail == nullptr) {
        return nullptr;
    }
    const auto at = tail->streams.find(stream);
    return at == tail->streams.end() ? nullptr : &at->second;
}

}  // namespace samvev::store
