#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/assert.hpp"
#include "store/admission.hpp"
#include "store/commit_hooks.hpp"
#include "store/committer.hpp"
#include "store/event_codec.hpp"
#include "store/event_log.hpp"
#include "store/key_format.hpp"

namespace samvev::store {

namespace {

// Everything about one log, in the plainest containers there are: this engine is also what the
// other one is compared with.
struct MemoryLog {
    std::vector<RecordedEvent> events;                  // by position
    std::map<StreamId, std::vector<Position>> streams;  // by revision
    std::unordered_map<EventId, Position> event_ids;
    std::map<CommandKey, Remembered> results;
    std::map<ClaimKey, StreamId> claims;
    std::map<TimerKey, TimerSet> timers;
    std::map<std::pair<StreamId, std::string>, Snapshot> snapshots;
};

class MemoryEventLog final : public EventLog, private CommitWriter, private LogFacts {
public:
    MemoryEventLog() : committer_(*this, Committer::Mode::caller) {}
    ~MemoryEventLog() override { committer_.stop(); }

    void submit(Commit commit, Completion done) override {
        committer_.submit(std::move(commit), std::move(done));
    }

    void stop() override { committer_.stop(); }

    LogHead head(LogId log) const override {
        const std::lock_guard lock(mutex_);
        const MemoryLog* const found = find(log);
        return {1, Position(found == nullptr ? 0 : found->events.size())};
    }

    std::vector<LogId> logs() const override {
        const std::lock_guard lock(mutex_);
        std::vector<LogId> out;
        for (const auto& [id, log] : logs_) {
            if (!log.events.empty()) {
                out.push_back(id);
            }
        }
        return out;
    }

    Result<std::optional<StreamHead>> stream_head(LogId log, const StreamId& stream)
        const override {
        const std::lock_guard lock(mutex_);
        const std::vector<Position>* const positions = find_stream(log, stream);
        if (positions == nullptr) {
            return std::nullopt;
        }
        return StreamHead{Revision(positions->size() - 1), positions->back()};
    }

    Result<Position> scan(LogId log, Position from, std::size_t limit, const EventVisitor& visit)
        const override {
        Position next = from;
        for (const RecordedEvent& event : events_from(log, from, limit)) {
            next = event->position.next();
            if (visit(event.view()) == Visit::stop) {
                break;
            }
        }
        return next;
    }

    Result<Revision> scan_stream(
        LogId log, const StreamId& stream, Revision from, std::size_t limit,
        const EventVisitor& visit
    ) const override {
        SAMVEV_TRY(const auto events, stream_events(log, stream));
        Revision next = from;
        for (std::uint64_t i = from.value(); i < events.size() && limit > 0; ++i, --limit) {
            next = Revision(i + 1);
            if (visit(events[i].view()) == Visit::stop) {
                break;
            }
        }
        return next;
    }

    Result<std::monostate> scan_stream_back(
        LogId log, const StreamId& stream, Revision from, std::size_t limit,
        const EventVisitor& visit
    ) const override {
        SAMVEV_TRY(const auto events, stream_events(log, stream));
        const std::uint64_t last = events.size() - 1;
        std::uint64_t left = std::min(from.value(), last) + 1;
        for (; left > 0 && limit > 0; --left, --limit) {
            if (visit(events[left - 1].view()) == Visit::stop) {
                break;
            }
        }
        return std::monostate();
    }

    Result<std::optional<EventView>> find_event(LogId log, EventId id, std::string& storage)
        const override {
        const std::lock_guard lock(mutex_);
        const MemoryLog* const found = find(log);
        if (found == nullptr || !found->event_ids.contains(id)) {
            return std::nullopt;
        }
        storage.clear();
        append_event(storage, found->events[found->event_ids.at(id).value()].view());
        SAMVEV_TRY(const EventView view, read_event(storage));
        return view;
    }

    Result<std::optional<Committed>> find_result(LogId log, const Idempotency& command)
        const override {
        SAMVEV_TRY(const auto found, remembered(log, {command.id, command.actor}));
        if (!found) {
            return std::nullopt;
        }
        SAMVEV_TRY(Committed committed, replay_of(*found, command));
        return committed;
    }

    Result<std::optional<StreamId>> find_claim(LogId log, const ClaimKey& claim) const override {
        return claim_owner(log, claim);
    }

    Result<std::vector<ClaimKey>> claims_of(LogId log, const StreamId& owner) override {
        const std::lock_guard lock(mutex_);
        std::vector<ClaimKey> out;
        if (const MemoryLog* const found = find(log)) {
            for (const auto& [claim, holder] : found->claims) {
                if (holder == owner) {
                    out.push_back(claim);
                }
            }
        }
        return out;
    }

    Result<std::vector<DueTimer>> due_timers(base::Timestamp until, std::size_t limit)
        const override {
        const std::lock_guard lock(mutex_);
        std::map<std::string, DueTimer> due;
        for (const auto& [id, log] : logs_) {
            for (const auto& [key, timer] : log.timers) {
                if (timer.due <= until) {
                    due.emplace(keys::due(id, timer.due, key), DueTimer{id.tenant, timer});
                }
            }
        }
        std::vector<DueTimer> out;
        for (auto& [key, timer] : due) {
            if (out.size() == limit) {
                break;
            }
            out.push_back(std::move(timer));
        }
        return out;
    }

    Result<std::optional<base::Timestamp>> next_timer() const override {
        SAMVEV_TRY(const auto due, due_timers(base::Timestamp::max(), 1));
        return due.empty() ? std::nullopt : std::optional(due.front().timer.due);
    }

    void put_snapshot(LogId log, const StreamId& stream, const Snapshot& snapshot) override {
        const std::lock_guard lock(mutex_);
        const std::vector<Position>* const positions = find_stream(log, stream);
        if (positions != nullptr && snapshot.revision.value() < positions->size()) {
            logs_[log].snapshots.insert_or_assign({stream, snapshot.module}, snapshot);
        }
    }

    Result<std::optional<Snapshot>> find_snapshot(
        LogId log, const StreamId& stream, std::string_view module
    ) const override {
        const std::lock_guard lock(mutex_);
        const MemoryLog* const found = find(log);
        if (found == nullptr) {
            return std::nullopt;
        }
        const auto at = found->snapshots.find({stream, std::string(module)});
        return at == found->snapshots.end() ? std::nullopt : std::optional(at->second);
    }

    Result<std::monostate> remove_payload(LogId log, Position position) override {
        const std::lock_guard lock(mutex_);
        const auto at = logs_.find(log);
        if (at == logs_.end() || position.value() >= at->second.events.size()) {
            return fail(
                ErrorCode::not_found, "there is no position " + std::to_string(position.value())
            );
        }
        RecordedEvent& event = at->second.events[position.value()];
        EventView removed = event.view();
        removed.payload_state = PayloadState::removed;
        removed.payload = {};
        event = RecordedEvent::copy_of(removed);
        std::erase_if(at->second.snapshots, [&event](const auto& entry) {
            return entry.first.first == event->stream();
        });
        return std::monostate();
    }

    LogState state() const override { return LogState::writable; }
    void on_commit(Wake wake) override { hooks_.add_wake(std::move(wake)); }
    void set_guard(CommitGuard* guard) override { hooks_.set_guard(guard); }
    void set_listener(CommitListener* listener) override { hooks_.set_listener(listener); }

private:
    std::chrono::nanoseconds write(std::span<PendingCommit> batch) override {
        for (PendingCommit& pending : batch) {
            pending.outcome = write_one(pending.commit);
        }
        return std::chrono::nanoseconds(0);
    }

    void wake() override { hooks_.wake(std::exchange(touched_, {})); }

    Result<Committed> write_one(const Commit& commit) {
        SAMVEV_TRY(const Admission admission, admit(commit, *this, hooks_.guard()));
        if (admission.replay) {
            return *admission.replay;
        }
        const Position first = head(commit.log).next;
        const CommitViews events(commit, first, admission.first_revisions);
        const Committed answer = answer_to(commit, first, admission.first_revisions);
        {
            const std::lock_guard lock(mutex_);
            apply(logs_[commit.log], commit, events.views(), answer);
        }
        touched_[commit.log] = Position(first.value() + events.views().size());
        hooks_.committed(commit.log, events.views());
        return answer;
    }

    static void apply(
        MemoryLog& log, const Commit& commit, const std::vector<EventView>& events,
        const Committed& answer
    ) {
        for (const EventView& event : events) {
            log.events.push_back(RecordedEvent::copy_of(event));
            log.streams[event.stream()].push_back(event.position);
            log.event_ids.emplace(event.id, event.position);
        }
        if (commit.idempotency) {
            log.results.insert_or_assign(
                {commit.idempotency->id, commit.idempotency->actor},
                Remembered{commit.idempotency->digest, answer}
            );
        }
        for (const ClaimChange& change : commit.claims) {
            if (change.kind == ClaimChange::Kind::take) {
                log.claims.insert_or_assign(change.claim, change.owner);
            } else {
                log.claims.erase(change.claim);
            }
        }
        for (const TimerClear& clear : commit.timer_clears) {
            const auto at = log.timers.find(clear.key);
            if (at != log.timers.end() && (!clear.set_by || *clear.set_by == at->second.set_by)) {
                log.timers.erase(at);
            }
        }
        for (const TimerSet& timer : commit.timers) {
            log.timers.insert_or_assign(timer.key, timer);
        }
    }

    Result<std::optional<Revision>> last_revision(LogId log, const StreamId& stream)
        const override {
        SAMVEV_TRY(const auto found, stream_head(log, stream));
        return found ? std::optional(found->revision) : std::nullopt;
    }

    Result<std::optional<Remembered>> remembered(LogId log, const CommandKey& command)
        const override {
        const std::lock_guard lock(mutex_);
        const MemoryLog* const found = find(log);
        if (found == nullptr || !found->results.contains(command)) {
            return std::nullopt;
        }
        return found->results.at(command);
    }

    Result<bool> has_event(LogId log, EventId id) const override {
        const std::lock_guard lock(mutex_);
        const MemoryLog* const found = find(log);
        return found != nullptr && found->event_ids.contains(id);
    }

    Result<std::optional<StreamId>> claim_owner(LogId log, const ClaimKey& claim) const override {
        const std::lock_guard lock(mutex_);
        const MemoryLog* const found = find(log);
        if (found == nullptr || !found->claims.contains(claim)) {
            return std::nullopt;
        }
        return found->claims.at(claim);
    }

    // The lock is held by the caller of these two.
    [[nodiscard]] const MemoryLog* find(LogId log) const {
        const auto at = logs_.find(log);
        return at == logs_.end() ? nullptr : &at->second;
    }
    [[nodiscard]] const std::vector<Position>* find_stream(LogId log, const StreamId& stream)
        const {
        const MemoryLog* const found = find(log);
        if (found == nullptr) {
            return nullptr;
        }
        const auto at = found->streams.find(stream);
        return at == found->streams.end() ? nullptr : &at->second;
    }

    // Copies, so that the visitor may call the log.
    [[nodiscard]] std::vector<RecordedEvent> events_from(
        LogId log, Position from, std::size_t limit
    ) const {
        const std::lock_guard lock(mutex_);
        std::vector<RecordedEvent> out;
        const MemoryLog* const found = find(log);
        if (found == nullptr) {
            return out;
        }
        for (std::uint64_t i = from.value(); i < found->events.size() && out.size() < limit; ++i) {
            out.push_back(found->events[i]);
        }
        return out;
    }

    [[nodiscard]] Result<std::vector<RecordedEvent>> stream_events(
        LogId log, const StreamId& stream
    ) const {
        const std::lock_guard lock(mutex_);
        const std::vector<Position>* const positions = find_stream(log, stream);
        if (positions == nullptr) {
            return fail(ErrorCode::not_found, "there is no stream " + stream.text());
        }
        std::vector<RecordedEvent> out;
        for (const Position position : *positions) {
            out.push_back(logs_.at(log).events[position.value()]);
        }
        return out;
    }

    CommitHooks hooks_;
    std::map<LogId, Position> touched_;  // [committer]
    mutable std::mutex mutex_;           // Guards logs_.
    std::map<LogId, MemoryLog> logs_;
    Committer committer_;  // Last: it calls into the above.
};

}  // namespace

std::unique_ptr<EventLog> make_memory_event_log() {
    return std::make_unique<MemoryEventLog>();
}

}  // namespace samvev::store
