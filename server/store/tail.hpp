#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "store/key_format.hpp"
#include "store/tail_index.hpp"

namespace samvev::store {

// Where every log ends and what was committed last, for all threads. What is added here is visible
// to readers; it is durable before that.
//
// Concurrency: [any thread]. Look-ups are short; nothing is called while the lock is held.
// Limitations: records stay until they are in the derived indexes, and beyond that as long as they
// fit in hot_bytes_max.
class Tail {
public:
    // Records that are in the indexes already but stay in memory for readers near the head.
    static constexpr std::size_t hot_bytes_max = 16 * 1024 * 1024;
    static_assert(hot_bytes_max < limits::recovery_bytes_max);

    void set_head(LogId log, const keys::Head& head);
    void publish(std::span<const TailRecordPtr> records, const std::map<LogId, keys::Head>& heads);
    // Puts a record with a payload removed in the place of the one that is there, if it is.
    void replace(LogId log, keys::Cursor at, const std::string& bytes);

    [[nodiscard]] std::optional<keys::Head> head(LogId log) const;
    [[nodiscard]] std::vector<LogId> logs() const;

    // How much would be lost from memory: what the indexes do not have yet.
    struct Unflushed {
        std::size_t events = 0;
        std::size_t bytes = 0;
    };
    [[nodiscard]] Unflushed unflushed() const;
    // The oldest records that the indexes do not have, until `events_max` is reached.
    [[nodiscard]] std::vector<TailRecordPtr> oldest_unflushed(std::size_t events_max) const;
    // The first of them are in the indexes now.
    void flushed(std::span<const TailRecordPtr> records);

    // As in TailIndex.
    [[nodiscard]] std::optional<StreamHead> stream_head(LogId log, const StreamId& stream) const;
    [[nodiscard]] std::optional<Remembered> remembered(LogId log, const CommandKey& command) const;
    [[nodiscard]] std::optional<TailEvent> find_event(LogId log, EventId id) const;
    [[nodiscard]] std::optional<std::optional<StreamId>> claim_owner(
        LogId log, const ClaimKey& claim
    ) const;
    [[nodiscard]] std::optional<std::optional<TimerSet>> timer(LogId log, const TimerKey& timer)
        const;
    [[nodiscard]] std::vector<LogTimer> due_timers(base::Timestamp until, std::size_t limit) const;

    // Records from `from` on if the tail reaches back that far, else nothing; `first` is then where
    // the tail begins (absent: not at all).
    struct Records {
        std::vector<TailRecordPtr> records;
        std::optional<Position> first;
    };
    [[nodiscard]] Records records_from(LogId log, Position from, std::size_t limit) const;

    // The part of a stream that is in the tail: at most `limit` events from `from` on, upwards or
    // downwards.
    struct StreamPart {
        std::optional<StreamHead> head;  // absent: nothing of it is in the tail
        Revision first;                  // the first revision in the tail
        std::vector<TailEvent> events;
    };
    [[nodiscard]] StreamPart stream_up(
        LogId log, const StreamId& stream, Revision from, std::size_t limit
    ) const;
    [[nodiscard]] StreamPart stream_down(
        LogId log, const StreamId& stream, Revision from, std::size_t limit
    ) const;

private:
    mutable std::mutex mutex_;  // Guards everything below.
    std::map<LogId, keys::Head> heads_;
    TailIndex index_;
    std::size_t flushed_count_ =
        0;  // Records at the front of the index that are in the indexes on disk.
    Unflushed unflushed_;
};

}  // namespace samvev::store
