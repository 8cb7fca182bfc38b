#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "store/commit.hpp"
#include "store/event.hpp"
#include "store/ids.hpp"

namespace rocksdb {
class Env;
}

namespace samvev::store {

// May refuse a commit before it is given positions. Called by the committer, in commit order, one
// at a time; must not block and must not call the log. [committer]
class CommitGuard {
public:
    CommitGuard() = default;
    CommitGuard(const CommitGuard&) = delete;
    CommitGuard& operator=(const CommitGuard&) = delete;
    virtual ~CommitGuard() = default;
    [[nodiscard]] virtual Result<std::monostate> permit(const Commit& commit) = 0;
};

// Learns of each commit after fsync and before its acknowledgement, in position order, one at a
// time per log. Must be quick: it delays every acknowledgement. [committer]
// A log that seals opens the payloads of events that it reads(); others come as they are stored.
class CommitListener {
public:
    CommitListener() = default;
    CommitListener(const CommitListener&) = delete;
    CommitListener& operator=(const CommitListener&) = delete;
    virtual ~CommitListener() = default;
    // Whether it looks at the payload of such an event.
    [[nodiscard]] virtual bool reads(const EventView& event) const = 0;
    virtual void committed(LogId log, std::span<const EventView> events) = 0;
};

enum class Visit { more, stop };
using EventVisitor = std::function<Visit(const EventView&)>;

struct LogHead {
    std::uint64_t epoch = 0;  // changes when this is not the same history any more (restore)
    Position next;            // the position the next event will get
};

struct StreamHead {
    Revision revision;  // of the last event
    Position position;  // of the last event
};

struct DueTimer {
    TenantId tenant;
    TimerSet timer;
};

struct Snapshot {
    std::string module;
    std::uint32_t state_version = 0;
    Revision revision;  // the last event folded into it
    std::string state;  // as state_save gave it
};

enum class LogState { writable, read_only_space, read_only_failed };

// The append-only truth: every fact of every tenant, in one total order without gaps per log.
//
// Concurrency: all calls [any thread] unless said. Reads see durable commits only, and every commit
// whose completion has run. They may block on disk: never call them from a strand, except reads
// that end in the tail kept in memory.
// Limitations: limits::commit_* ; an event is never rewritten; only its payload can be removed.
class EventLog {
public:
    using Completion = std::function<void(Result<Committed>)>;

    EventLog() = default;
    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;
    virtual ~EventLog() = default;

    // Hands a commit to the committer. `done` runs exactly once, after fsync, on the caller's
    // thread (nothing was queued: inline) or on the writer's; it must be quick and not throw.
    // Commits submitted by one thread are decided in that order. Fails (through `done`) with
    //   invalid_argument  the commit's shape is wrong
    //   too_large         data: {"size":…,"max":…,"what":"event"|"commit"}
    //   idempotency_mismatch  same command id and actor, other digest
    //   revision_conflict, duplicate (event id exists in this log), claim_taken
    //   denied            the guard refused
    //   overloaded        limits::commit_queue_max is reached
    //   read_only         no space, or a write error: see state()
    // and, when the write itself failed, outcome_unknown: retry with the same command id after
    // restart. The same command (id, actor, digest) again: the original Committed with replayed =
    // true, even if checks, claims or expectations would fail now.
    virtual void submit(Commit commit, Completion done) = 0;

    // Returns when every commit handed in has been answered; later ones fail with unavailable. For
    // an orderly end, while those who wait for answers are still there. Not from a completion.
    virtual void stop() = 0;

    // submit and wait. Not on the writer's thread.
    [[nodiscard]] Result<Committed> append(Commit commit);

    [[nodiscard]] virtual LogHead head(LogId log) const = 0;
    // Logs that have at least one event.
    [[nodiscard]] virtual std::vector<LogId> logs() const = 0;
    [[nodiscard]] virtual Result<std::optional<StreamHead>> stream_head(
        LogId log, const StreamId& stream
    ) const = 0;

    // Visits events with position >= from, in order, without gaps, until the visitor stops, `limit`
    // events were visited or the head is reached. Returns the position to go on from.
    // Fails with corrupt (message names the position) or unavailable.
    [[nodiscard]] virtual Result<Position> scan(
        LogId log, Position from, std::size_t limit, const EventVisitor& visit
    ) const = 0;

    // Visits a stream's events with revision >= from, in order. Returns the revision to go on
    // from; not_found when the stream has never existed.
    [[nodiscard]] virtual Result<Revision> scan_stream(
        LogId log, const StreamId& stream, Revision from, std::size_t limit,
        const EventVisitor& visit
    ) const = 0;
    // The same backwards, revision <= from; `from` beyond the end starts at the last event.
    [[nodiscard]] virtual Result<std::monostate> scan_stream_back(
        LogId log, const StreamId& stream, Revision from, std::size_t limit,
        const EventVisitor& visit
    ) const = 0;

    [[nodiscard]] virtual Result<std::optional<EventView>> find_event(
        LogId log, EventId id, std::string& storage
    ) const = 0;

    // The remembered outcome of a command; idempotency_mismatch when the digest differs.
    [[nodiscard]] virtual Result<std::optional<Committed>> find_result(
        LogId log, const Idempotency& command
    ) const = 0;
    [[nodiscard]] virtual Result<std::optional<StreamId>> find_claim(
        LogId log, const ClaimKey& claim
    ) const = 0;

    // The claims that the stream holds, in no order. Looks through all of the log's: for erasing.
    [[nodiscard]] virtual Result<std::vector<ClaimKey>> claims_of(
        LogId log, const StreamId& owner
    ) = 0;

    // Timers of all tenants due at or before `until`, by due time (then by keys::due()), at most
    // `limit`. A timer stays until a commit clears or replaces it.
    [[nodiscard]] virtual Result<std::vector<DueTimer>> due_timers(
        base::Timestamp until, std::size_t limit
    ) const = 0;
    // When the earliest timer is due; absent when there is none.
    [[nodiscard]] virtual Result<std::optional<base::Timestamp>> next_timer() const = 0;

    // Snapshots are a cache: never synced, dropped at will, one per (module, stream).
    virtual void put_snapshot(LogId log, const StreamId& stream, const Snapshot& snapshot) = 0;
    [[nodiscard]] virtual Result<std::optional<Snapshot>> find_snapshot(
        LogId log, const StreamId& stream, std::string_view module
    ) const = 0;

    // Takes out one payload for ever (kassering). The envelope stays and reads `removed`.
    // Durable when it returns. not_found when the position does not exist; idempotent.
    [[nodiscard]] virtual Result<std::monostate> remove_payload(LogId log, Position position) = 0;

    [[nodiscard]] virtual LogState state() const = 0;

    // `wake` is called after each batch of commits to that log, cheap and often; it must only set a
    // flag or post. [committer]. Returns when the registration is in force.
    using Wake = std::function<void(LogId, Position next)>;
    virtual void on_commit(Wake wake) = 0;
    // At most one of each, set before the first submit; they outlive the log.
    virtual void set_guard(CommitGuard* guard) = 0;
    virtual void set_listener(CommitListener* listener) = 0;
};

// Collected reads, for callers that want values.
[[nodiscard]] Result<std::vector<RecordedEvent>> read_log(
    const EventLog& log, LogId id, Position from, std::size_t limit
);
[[nodiscard]] Result<std::vector<RecordedEvent>> read_stream(
    const EventLog& log, LogId id, const StreamId& stream, Revision from, std::size_t limit
);

// An EventLog in memory: same contract, no files, nothing survives. For scenario tests.
[[nodiscard]] std::unique_ptr<EventLog> make_memory_event_log();

struct RocksOptions {
    std::string directory;  // created when missing
    enum class Mode {
        write,
        read_only
    } mode = Mode::write;  // read_only works beside a running server
    std::size_t cache_bytes = 128 * 1024 * 1024;
    std::uint64_t free_bytes_min = limits::free_bytes_min;
    // Of logs that begin in this directory; a restored copy gets another one.
    std::uint64_t epoch = 1;
    // Free bytes where the log lies; empty: the file system is asked. For tests.
    std::function<std::uint64_t()> free_bytes;
    rocksdb::Env* env =
        nullptr;  // The files, or null for the system's. For tests; outlives the log.
};
// Opens or creates the log in `directory`. Fails with unavailable (locked by another process: the
// message names it), corrupt, invalid_argument (written by a newer format: names both versions),
// and for reading only not_found (there is no log).
[[nodiscard]] Result<std::unique_ptr<EventLog>> open_rocks_event_log(const RocksOptions& options);

}  // namespace samvev::store
