#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "store/background.hpp"
#include "store/commit_batch.hpp"
#include "store/commit_hooks.hpp"
#include "store/committer.hpp"
#include "store/derived_store.hpp"
#include "store/event_codec.hpp"
#include "store/event_log.hpp"
#include "store/key_format.hpp"
#include "store/layered_events.hpp"
#include "store/layered_facts.hpp"
#include "store/record_store.hpp"
#include "store/recovery.hpp"
#include "store/rocks_database.hpp"
#include "store/snapshot_store.hpp"
#include "store/tail.hpp"

namespace samvev::store {

namespace {

// One bulk write. RocksDB lets one batch in at a time: a synced write waits for as long as this
// takes, 0.3 ms.
constexpr std::size_t flush_slice_events = 32;
constexpr std::size_t flush_bytes =
    8 * 1024 * 1024;  // Of records: then the indexes are written, however few events.
constexpr std::size_t unflushed_factor_max =
    4;  // So many times the threshold, and the committer helps.
static_assert(flush_bytes * unflushed_factor_max <= limits::recovery_bytes_max);

rocksdb::WriteOptions synced() {
    rocksdb::WriteOptions options;
    options.sync = true;
    return options;
}

class RocksEventLog final : public EventLog, private CommitWriter {
public:
    RocksEventLog(RocksOptions options, std::unique_ptr<RocksDatabase> database)
        : options_(std::move(options)),
          database_(std::move(database)),
          records_(*database_),
          derived_(*database_),
          snapshots_(*database_),
          facts_(nullptr, tail_, derived_),
          events_(tail_, records_, derived_) {}
    ~RocksEventLog() override { close(); }

    // Reads what is needed to begin; called once before anything else.
    Result<std::monostate> start() {
        SAMVEV_CHECK_OK(writes() ? derived_.prepare() : derived_.check_format());
        const auto relieve = [this]() -> Result<std::monostate> {
            if (writes() && wants_flush(1)) {
                return flush_all();
            }
            return std::monostate();
        };
        SAMVEV_CHECK_OK(recover({*database_, records_, derived_, tail_, relieve}));
        if (writes()) {
            flusher_ = std::make_unique<Background>([this] { return flush_step(); });
            committer_ = std::make_unique<Committer>(
                static_cast<CommitWriter&>(*this), Committer::Mode::hybrid
            );
        }
        return std::monostate();
    }

    void submit(Commit commit, Completion done) override {
        if (!writes()) {
            done(fail(ErrorCode::read_only, "the log is open for reading only"));
            return;
        }
        committer_->submit(std::move(commit), std::move(done));
    }

    void stop() override {
        if (committer_) {
            committer_->stop();
        }
    }

    LogHead head(LogId log) const override {
        const std::optional<keys::Head> found = tail_.head(log);
        return found ? LogHead{found->epoch, found->cursor.next}
                     : LogHead{database_->epoch, Position(0)};
    }

    std::vector<LogId> logs() const override { return tail_.logs(); }

    Result<std::optional<StreamHead>> stream_head(LogId log, const StreamId& stream)
        const override {
        return facts_.stream_head(log, stream);
    }

    Result<Position> scan(LogId log, Position from, std::size_t limit, const EventVisitor& visit)
        const override {
        return events_.scan(log, {from, head(log).next}, limit, visit);
    }
    Result<Revision> scan_stream(
        LogId log, const StreamId& stream, Revision from, std::size_t limit,
        const EventVisitor& visit
    ) const override {
        return events_.scan_stream(log, stream, from, limit, visit);
    }
    Result<std::monostate> scan_stream_back(
        LogId log, const StreamId& stream, Revision from, std::size_t limit,
        const EventVisitor& visit
    ) const override {
        return events_.scan_stream_back(log, stream, from, limit, visit);
    }
    Result<std::optional<EventView>> find_event(LogId log, EventId id, std::string& storage)
        const override {
        return events_.find(log, id, storage);
    }

    Result<std::optional<Committed>> find_result(LogId log, const Idempotency& command)
        const override {
        SAMVEV_TRY(const auto found, facts_.remembered(log, {command.id, command.actor}));
        if (!found) {
            return std::nullopt;
        }
        SAMVEV_TRY(Committed committed, replay_of(*found, command));
        return committed;
    }

    Result<std::optional<StreamId>> find_claim(LogId log, const ClaimKey& claim) const override {
        return facts_.claim_owner(log, claim);
    }

    Result<std::vector<ClaimKey>> claims_of(LogId log, const StreamId& owner) override {
        if (writes()) {
            SAMVEV_CHECK_OK(flush_all());
        }
        return derived_.claims_of(log, owner);
    }

    Result<std::vector<DueTimer>> due_timers(base::Timestamp until, std::size_t limit)
        const override {
        return facts_.due_timers(until, limit);
    }

    Result<std::optional<base::Timestamp>> next_timer() const override {
        SAMVEV_TRY(const auto due, facts_.due_timers(base::Timestamp::max(), 1));
        return due.empty() ? std::nullopt : std::optional(due.front().timer.due);
    }

    void put_snapshot(LogId log, const StreamId& stream, const Snapshot& snapshot) override {
        // State in memory may run ahead of the disk; a snapshot of it must not outlive a crash.
        const auto last = facts_.last_revision(log, stream);
        if (writes() && last && *last && snapshot.revision <= **last) {
            snapshots_.put(log, stream, snapshot);
        }
    }

    Result<std::optional<Snapshot>> find_snapshot(
        LogId log, const StreamId& stream, std::string_view module
    ) const override {
        return snapshots_.find(log, stream, module);
    }

    Result<std::monostate> remove_payload(LogId log, Position position) override;

    LogState state() const override {
        if (failed_.load() || database_->background_failed->load()) {
            return LogState::read_only_failed;
        }
        return free_bytes() < options_.free_bytes_min ? LogState::read_only_space
                                                      : LogState::writable;
    }

    void on_commit(Wake wake) override { hooks_.add_wake(std::move(wake)); }
    void set_guard(CommitGuard* guard) override { hooks_.set_guard(guard); }
    void set_listener(CommitListener* listener) override { hooks_.set_listener(listener); }

private:
    [[nodiscard]] bool writes() const { return options_.mode == RocksOptions::Mode::write; }

    std::chrono::nanoseconds write(std::span<PendingCommit> batch) override;
    void wake() override { hooks_.wake(std::exchange(touched_, {})); }
    void publish(const CommitBatch& decided);
    void fail_batch(std::span<PendingCommit> batch, const CommitBatch& decided);
    [[nodiscard]] Result<Committed> answer_without_writing(const Commit& commit, LogState state)
        const;

    [[nodiscard]] bool wants_flush(std::size_t factor) const;
    bool flush_step();
    // Everything that is committed when it is called is in the indexes when it returns.
    [[nodiscard]] Result<std::monostate> flush_all();
    [[nodiscard]] Result<std::size_t> flush_slice();  // flush_mutex_ is held
    void close();

    [[nodiscard]] std::uint64_t free_bytes() const;

    const RocksOptions options_;
    const std::unique_ptr<RocksDatabase> database_;
    RecordStore records_;
    DerivedStore derived_;
    SnapshotStore snapshots_;
    Tail tail_;
    const LayeredFacts facts_;
    const LayeredEvents events_;
    CommitHooks hooks_;
    std::atomic<bool> failed_{false};
    std::map<LogId, Position> touched_;  // [committer]
    std::mutex flush_mutex_;             // Held while the indexes are written.
    std::unique_ptr<Background> flusher_;
    std::unique_ptr<Committer> committer_;  // Last: it calls into the above.
};

std::chrono::nanoseconds RocksEventLog::write(std::span<PendingCommit> batch) {
    CommitBatch decided(*database_, tail_, derived_);
    const LogState now = state();
    for (PendingCommit& pending : batch) {
        pending.outcome = now == LogState::writable ? decided.decide(pending.commit, hooks_.guard())
                                                    : answer_without_writing(pending.commit, now);
    }
    if (decided.empty()) {
        return std::chrono::nanoseconds(0);
    }
    const auto started = std::chrono::steady_clock::now();
    const rocksdb::Status status = database_->db->Write(synced(), &decided.finish());
    const auto took = std::chrono::steady_clock::now() - started;
    if (!status.ok()) {
        failed_.store(true);
        base::logger("store").error(
            "write failed, read-only until restarted: status=\"{}\" commits={}", status.ToString(),
            decided.records().size()
        );
        fail_batch(batch, decided);
        return took;
    }
    publish(decided);
    return took;
}

void RocksEventLog::publish(const CommitBatch& decided) {
    tail_.publish(decided.records(), decided.heads());
    for (const TailRecordPtr& record : decided.records()) {
        hooks_.committed(record->record.log, record->record.events);
    }
    for (const auto& [log, head] : decided.heads()) {
        touched_[log] = head.cursor.next;
    }
    if (wants_flush(1)) {
        flusher_->poke();
    }
    // Memory is bounded even when the indexes cannot keep up.
    while (wants_flush(unflushed_factor_max) && flush_step()) {
    }
}

void RocksEventLog::fail_batch(std::span<PendingCommit> batch, const CommitBatch& decided) {
    bool is_after_accepted = false;  // A refusal then may rest on a commit that was not written.
    for (PendingCommit& pending : batch) {
        const bool depends = decided.depends(pending.commit, pending.outcome);
        is_after_accepted = is_after_accepted || depends;
        if (depends || (is_after_accepted && !pending.outcome)) {
            pending.outcome = fail(
                ErrorCode::outcome_unknown,
                "writing failed: retry with the same command id when the server has restarted"
            );
        }
    }
}

Result<Committed> RocksEventLog::answer_without_writing(const Commit& commit, LogState state)
    const {
    if (commit.idempotency) {
        SAMVEV_TRY(const auto known, find_result(commit.log, *commit.idempotency));
        if (known) {
            return *known;
        }
    }
    return fail(
        ErrorCode::read_only, state == LogState::read_only_space
                                  ? "the disk is nearly full: writing goes on when space is back"
                                  : "writing has failed: the server must be restarted"
    );
}

bool RocksEventLog::wants_flush(std::size_t factor) const {
    const Tail::Unflushed unflushed = tail_.unflushed();
    return unflushed.events >= factor * limits::derived_flush_events ||
           unflushed.bytes >= factor * flush_bytes;
}

Result<std::size_t> RocksEventLog::flush_slice() {
    const std::vector<TailRecordPtr> records = tail_.oldest_unflushed(flush_slice_events);
    if (!records.empty()) {
        SAMVEV_CHECK_OK(derived_.write(records));
        tail_.flushed(records);
    }
    return records.size();
}

bool RocksEventLog::flush_step() {
    const std::lock_guard lock(flush_mutex_);
    const Result<std::size_t> written = failed_.load() ? 0 : flush_slice();
    if (!written) {
        failed_.store(true);
        base::logger("store").error(
            "indexes cannot be written, read-only until restarted: error=\"{}\"",
            written.error().message
        );
        return false;
    }
    return *written > 0 && tail_.unflushed().events >= flush_slice_events;
}

Result<std::monostate> RocksEventLog::flush_all() {
    const std::lock_guard lock(flush_mutex_);
    for (;;) {
        SAMVEV_TRY(const std::size_t written, flush_slice());
        if (written == 0) {
            return std::monostate();
        }
    }
}

void RocksEventLog::close() {
    if (committer_) {
        committer_->stop();
    }
    if (flusher_) {
        flusher_->stop();
    }
    if (!writes() || state() == LogState::read_only_failed) {
        return;
    }
    // Nothing to read again at the next start.
    Result<std::monostate> flushed = flush_all();
    const rocksdb::Status status =
        flushed ? database_->db->Flush({}, database_->handles) : rocksdb::Status::OK();
    if (!flushed || !status.ok()) {
        base::logger("store").warn("closing: the next start reads the tail again");
    }
}

std::uint64_t RocksEventLog::free_bytes() const {
    if (options_.free_bytes) {
        return options_.free_bytes();
    }
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(options_.directory, error);
    return error ? std::numeric_limits<std::uint64_t>::max() : space.available;
}

Result<std::monostate> RocksEventLog::remove_payload(LogId log, Position position) {
    if (!writes() || state() != LogState::writable) {
        return fail(ErrorCode::read_only, "the log takes no changes now");
    }
    if (position >= head(log).next) {
        return fail(
            ErrorCode::not_found, "there is no position " + std::to_string(position.value())
        );
    }
    SAMVEV_CHECK_OK(flush_all());
    // From here on no index is written, so that the copy replaced below is not put back.
    const std::lock_guard lock(flush_mutex_);
    keys::Cursor place;
    std::string bytes;
    std::size_t index = 0;
    SAMVEV_CHECK_OK(records_.visit(
        log, position, position.next(),
        [&](keys::Cursor at, std::string_view stored, const Record& record) {
            place = at;
            index = static_cast<std::size_t>(position.value() - record.first.value());
            bytes = without_payload(stored, index);
            return Visit::stop;
        }
    ));
    Record record;
    SAMVEV_CHECK_OK(read_record(bytes, record));
    const EventView& removed = record.events[index];
    SAMVEV_CHECK_OK(records_.replace(log, place, bytes));
    tail_.replace(log, place, bytes);
    SAMVEV_CHECK_OK(derived_.replace(log, removed));
    return snapshots_.drop(log, removed.stream());
}

}  // namespace

Result<std::unique_ptr<EventLog>> open_rocks_event_log(const RocksOptions& options) {
    SAMVEV_TRY(std::unique_ptr<RocksDatabase> database, open_rocks_database(options));
    auto log = std::make_unique<RocksEventLog>(options, std::move(database));
    SAMVEV_CHECK_OK(log->start());
    return std::unique_ptr<EventLog>(std::move(log));
}

}  // namespace samvev::store
