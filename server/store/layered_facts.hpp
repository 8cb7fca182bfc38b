#pragma once

#include "store/admission.hpp"
#include "store/derived_store.hpp"
#include "store/tail.hpp"
#include "store/tail_index.hpp"

namespace samvev::store {

// What a log knows, newest layer first: commits of the batch being decided (if any), the tail in
// memory, the indexes on disk. Something that leaves the tail is on disk before it leaves, so
// asking in this order misses nothing.
// Concurrency: [any thread] without `staged`, else [committer].
class LayeredFacts final : public LogFacts {
public:
    // All outlive the facts; `staged` may be null.
    LayeredFacts(const TailIndex* staged, const Tail& tail, const DerivedStore& derived)
        : staged_(staged), tail_(tail), derived_(derived) {}

    [[nodiscard]] Result<std::optional<Revision>> last_revision(LogId log, const StreamId& stream)
        const override;
    [[nodiscard]] Result<std::optional<Remembered>> remembered(LogId log, const CommandKey& command)
        const override;
    [[nodiscard]] Result<bool> has_event(LogId log, EventId id) const override;
    [[nodiscard]] Result<std::optional<StreamId>> claim_owner(LogId log, const ClaimKey& claim)
        const override;

    [[nodiscard]] Result<std::optional<StreamHead>> stream_head(LogId log, const StreamId& stream)
        const;
    [[nodiscard]] Result<std::optional<TimerSet>> timer(LogId log, const TimerKey& timer) const;
    // As EventLog::due_timers; without `staged`.
    [[nodiscard]] Result<std::vector<DueTimer>> due_timers(base::Timestamp until, std::size_t limit)
        const;

private:
    const TailIndex* staged_;
    const Tail& tail_;
    const DerivedStore& derived_;
};

}  // namespace samvev::store
