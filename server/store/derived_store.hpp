#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/admission.hpp"
#include "store/event_log.hpp"
#include "store/key_format.hpp"
#include "store/rocks_database.hpp"
#include "store/tail_index.hpp"

namespace samvev::store {

// The indexes over the records that have left memory: streams, heads, command results, event ids,
// claims, timers. Written in bulk without write-ahead log, each write one consistent cut together
// with the place in each log it stands at; after a crash it is simply older, and the records
// behind it are read again.
//
// Concurrency: reads [any thread], writes one at a time.
class DerivedStore {
public:
    // `database` outlives the store.
    explicit DerivedStore(RocksDatabase& database) : database_(database) {}

    // Drops everything when it was written in another format: it is rebuilt from the records.
    [[nodiscard]] Result<std::monostate> prepare();
    // For reading only: unavailable when it was written in another format.
    [[nodiscard]] Result<std::monostate> check_format() const;

    [[nodiscard]] Result<keys::Cursor> stands_at(LogId log) const;
    [[nodiscard]] Result<std::optional<StreamHead>> stream_head(LogId log, const StreamId& stream)
        const;
    [[nodiscard]] Result<std::optional<Remembered>> remembered(LogId log, const CommandKey& command)
        const;
    [[nodiscard]] Result<std::optional<Position>> event_position(LogId log, EventId id) const;
    [[nodiscard]] Result<std::optional<StreamId>> claim_owner(LogId log, const ClaimKey& claim)
        const;
    [[nodiscard]] Result<std::vector<ClaimKey>> claims_of(LogId log, const StreamId& owner) const;
    [[nodiscard]] Result<std::optional<TimerSet>> timer(LogId log, const TimerKey& timer) const;

    // Visits revisions [from, end) upwards; fails with corrupt when one is missing.
    [[nodiscard]] Result<std::monostate> visit_stream(
        LogId log, const StreamId& stream, Revision from, Revision end, const EventVisitor& visit
    ) const;
    // Visits revisions from `from` down to 0.
    [[nodiscard]] Result<std::monostate> visit_stream_back(
        LogId log, const StreamId& stream, Revision from, const EventVisitor& visit
    ) const;
    // Visits timers due at or before `until`, by due time.
    using TimerVisitor = std::function<Visit(const keys::DueKey& key)>;
    [[nodiscard]] Result<std::monostate> visit_due(base::Timestamp until, const TimerVisitor& visit)
        const;

    // Adds the records, which follow what is there without gap in each log.
    [[nodiscard]] Result<std::monostate> write(std::span<const TailRecordPtr> records);
    // Puts the event in the place of the one of the same stream and revision, durably, and leaves
    // no copy of the old one.
    [[nodiscard]] Result<std::monostate> replace(LogId log, const EventView& event);
    // What has been written is on disk when this returns.
    [[nodiscard]] Result<std::monostate> flush();

private:
    [[nodiscard]] Result<std::optional<std::string>> get(const std::string& key) const;

    RocksDatabase& database_;
};

}  // namespace samvev::store
