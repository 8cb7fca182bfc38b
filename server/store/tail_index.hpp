#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/admission.hpp"
#include "store/commit.hpp"
#include "store/event_log.hpp"
#include "store/key_format.hpp"
#include "store/record.hpp"

namespace samvev::store {

// What clears and sets of one commit come to (absent = cleared), clears first; `find` gives the
// timer as it was.
using TimerEffects = std::vector<std::pair<TimerKey, std::optional<TimerSet>>>;
using FindTimer = std::function<Result<std::optional<TimerSet>>(const TimerKey&)>;
[[nodiscard]] Result<TimerEffects> timer_effects(
    const std::vector<TimerClear>& clears, const std::vector<TimerSet>& sets, const FindTimer& find
);

// One committed record in memory, with what it changes.
struct TailRecord {
    std::string bytes;
    Record record;  // views into bytes
    keys::Cursor at;
    Committed answer;
    std::vector<ClaimChange> claims;
    TimerEffects timers;

    [[nodiscard]] keys::Cursor next() const {
        return record.events.empty() ? keys::Cursor{at.next, at.ordinal + 1}
                                     : keys::Cursor{record.next(), 0};
    }
};
using TailRecordPtr = std::shared_ptr<const TailRecord>;

struct LogTimer {
    LogId log;
    TimerSet timer;
};

struct TailEvent {
    TailRecordPtr record;
    std::size_t index = 0;
    [[nodiscard]] const EventView& view() const { return record->record.events[index]; }
};

// The last records of all logs, with every index the engine needs over them: what is committed
// and not yet in the derived column family is found here and nowhere else, and reads near the
// head never touch the disk. Records leave in the order they came.
// Not thread-safe: its owner has the lock.
class TailIndex {
public:
    void add(const TailRecordPtr& record);
    void drop_oldest();
    // Puts a copy of the record with other bytes in its place (a payload was removed), if it is
    // here.
    void replace(LogId log, keys::Cursor at, const std::string& bytes);
    void clear();

    [[nodiscard]] bool empty() const noexcept { return records_.empty(); }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    // In the order they were added.
    [[nodiscard]] const std::deque<TailRecordPtr>& records() const noexcept { return records_; }

    [[nodiscard]] std::optional<StreamHead> stream_head(LogId log, const StreamId& stream) const;
    [[nodiscard]] std::optional<Remembered> remembered(LogId log, const CommandKey& command) const;
    [[nodiscard]] std::optional<TailEvent> find_event(LogId log, EventId id) const;
    // Outer absent: the tail does not know; inner absent: nobody holds it.
    [[nodiscard]] std::optional<std::optional<StreamId>> claim_owner(
        LogId log, const ClaimKey& claim
    ) const;
    // Outer absent: the tail does not know; inner absent: there is none.
    [[nodiscard]] std::optional<std::optional<TimerSet>> timer(LogId log, const TimerKey& timer)
        const;

    // Timers in the tail due at or before `until`, by keys::due(), at most `limit`.
    [[nodiscard]] std::vector<LogTimer> due_timers(base::Timestamp until, std::size_t limit) const;

    // The first position of the log that is in the tail; absent when none is.
    [[nodiscard]] std::optional<Position> first_position(LogId log) const;
    // Records holding positions from `from` on, until `limit` events are covered. `from` is in the
    // tail.
    [[nodiscard]] std::vector<TailRecordPtr> records_from(
        LogId log, Position from, std::size_t limit
    ) const;
    // The stream's events in the tail, oldest first; empty when there are none.
    [[nodiscard]] const std::deque<TailEvent>* stream_events(LogId log, const StreamId& stream)
        const;

private:
    // A change to a key, and the record that made it: it leaves with that record.
    template <typename T>
    struct Change {
        const TailRecord* by = nullptr;
        std::optional<T> value;
    };
    struct CommandHash {
        std::size_t operator()(const CommandKey& key) const noexcept {
            return std::hash<CommandId>{}(key.id) ^ (std::hash<std::string>{}(key.actor) * 3);
        }
    };
    struct LogTail {
        std::deque<TailRecordPtr> records;
        std::unordered_map<StreamId, std::deque<TailEvent>> streams;
        std::unordered_map<EventId, TailEvent> event_ids;
        std::unordered_map<CommandKey, TailRecordPtr, CommandHash> results;
        std::map<ClaimKey, Change<StreamId>> claims;
        std::map<TimerKey, Change<TimerSet>> timers;
    };

    [[nodiscard]] const LogTail* find(LogId log) const;
    void add_events(LogTail& tail, const TailRecordPtr& record);
    void set_timer(
        LogTail& tail, const TailRecordPtr& record, const TimerKey& key,
        const std::optional<TimerSet>& timer
    );
    void drop_changes(LogTail& tail, const TailRecord& record);

    std::deque<TailRecordPtr> records_;
    std::map<LogId, LogTail> logs_;
    std::set<std::string> due_;  // keys::due() of the timers that are set
    std::size_t bytes_ = 0;
};

}  // namespace samvev::store
