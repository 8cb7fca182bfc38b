#include "store/sealed_event_log.hpp"

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "store/commit_shape.hpp"
#include "store/event_codec.hpp"

namespace samvev::store {

namespace {

// What an erased timer's command is carried out with: refused, as the stream takes nothing more,
// and then cleared.
constexpr const char* erased_data = "{}";

// Whose key seals a timer: DueTimer names a tenant, and no kind of log.
LogId timer_log(TenantId tenant) {
    return {tenant, LogKind::domain};
}

// Asks for the fence before anybody else: what was sealed before it went up is still refused.
class FenceGuard final : public CommitGuard {
public:
    explicit FenceGuard(PayloadSeal& seal) : seal_(seal) {}
    void set_next(CommitGuard* next) { next_ = next; }

    Result<std::monostate> permit(const Commit& commit) override {
        for (const StreamWrite& write : commit.writes) {
            SAMVEV_CHECK_OK(seal_.permit(commit.log, write.stream));
        }
        if (next_ == nullptr) {
            return std::monostate();
        }
        return next_->permit(commit);
    }

private:
    PayloadSeal& seal_;
    CommitGuard* next_ = nullptr;
};

// Events with opened payloads, which live as long as this.
class OpenedEvents {
public:
    OpenedEvents(PayloadSeal& seal, LogId log) : seal_(seal), log_(log) {}

    Result<EventView> open(const EventView& stored) {
        if (stored.key_id.empty() || stored.payload_state != PayloadState::present) {
            return stored;
        }
        Result<std::optional<std::string>> text = seal_.open(log_, stored);
        if (!text) {
            return fail(
                text.error().code,
                "position " + std::to_string(stored.position.value()) + ": " + text.error().message
            );
        }
        EventView out = stored;
        out.payload_state = *text ? PayloadState::present : PayloadState::erased;
        text_ = *text ? std::move(**text) : std::string();
        out.payload = text_;
        out.payload_form = PayloadForm::opened;
        return out;
    }

private:
    PayloadSeal& seal_;
    const LogId log_;
    std::string text_;  // of the last one
};

class OpeningListener final : public CommitListener {
public:
    explicit OpeningListener(PayloadSeal& seal) : seal_(seal) {}
    void set_next(CommitListener* next) { next_ = next; }

    bool reads(const EventView& event) const override { return next_->reads(event); }
    void committed(LogId log, std::span<const EventView> events) override {
        if (log.kind == LogKind::access) {
            next_->committed(log, events);  // Nobody folds what was read; opening it would cost.
            return;
        }
        std::vector<OpenedEvents> texts(events.size(), OpenedEvents(seal_, log));
        std::vector<EventView> opened;
        for (std::size_t i = 0; i < events.size(); ++i) {
            if (!next_->reads(events[i])) {
                opened.push_back(events[i]);
                continue;
            }
            Result<EventView> event = texts[i].open(events[i]);
            opened.push_back(event ? *event : unreadable(events[i]));
        }
        next_->committed(log, opened);
    }

private:
    // Erased in this moment, or the key store has failed: whoever listens learns that it happened.
    static EventView unreadable(const EventView& event) {
        EventView out = event;
        out.payload_state = PayloadState::erased;
        out.payload = {};
        out.payload_form = PayloadForm::opened;
        return out;
    }

    PayloadSeal& seal_;
    CommitListener* next_ = nullptr;
};

class SealedEventLog final : public EventLog {
public:
    SealedEventLog(std::unique_ptr<EventLog> inner, PayloadSeal& seal)
        : seal_(seal), guard_(seal), listener_(seal), inner_(std::move(inner)) {
        inner_->set_guard(&guard_);
    }

    void submit(Commit commit, Completion done) override {
        const Result<std::monostate> sealed = seal(commit);
        if (!sealed) {
            done(known_or(commit, sealed.error()));
            return;
        }
        inner_->submit(std::move(commit), std::move(done));
    }

    void stop() override { inner_->stop(); }
    LogHead head(LogId log) const override { return inner_->head(log); }
    std::vector<LogId> logs() const override { return inner_->logs(); }
    Result<std::optional<StreamHead>> stream_head(LogId log, const StreamId& stream)
        const override {
        return inner_->stream_head(log, stream);
    }

    Result<Position> scan(LogId log, Position from, std::size_t limit, const EventVisitor& visit)
        const override {
        return opening(log, visit, [&](const EventVisitor& each) {
            return inner_->scan(log, from, limit, each);
        });
    }
    Result<Revision> scan_stream(
        LogId log, const StreamId& stream, Revision from, std::size_t limit,
        const EventVisitor& visit
    ) const override {
        return opening(log, visit, [&](const EventVisitor& each) {
            return inner_->scan_stream(log, stream, from, limit, each);
        });
    }
    Result<std::monostate> scan_stream_back(
        LogId log, const StreamId& stream, Revision from, std::size_t limit,
        const EventVisitor& visit
    ) const override {
        return opening(log, visit, [&](const EventVisitor& each) {
            return inner_->scan_stream_back(log, stream, from, limit, each);
        });
    }

    Result<std::optional<EventView>> find_event(LogId log, EventId id, std::string& storage)
        const override {
        std::string sealed;
        SAMVEV_TRY(const std::optional<EventView> found, inner_->find_event(log, id, sealed));
        if (!found) {
            storage.clear();
            return std::nullopt;
        }
        OpenedEvents texts(seal_, log);
        SAMVEV_TRY(const EventView opened, texts.open(*found));
        return copy_event(opened, storage);
    }

    Result<std::optional<Committed>> find_result(LogId log, const Idempotency& command)
        const override {
        return inner_->find_result(log, command);
    }
    Result<std::optional<StreamId>> find_claim(LogId log, const ClaimKey& claim) const override {
        return inner_->find_claim(log, claim);
    }

    Result<std::vector<ClaimKey>> claims_of(LogId log, const StreamId& owner) override {
        return inner_->claims_of(log, owner);
    }

    Result<std::vector<DueTimer>> due_timers(base::Timestamp until, std::size_t limit)
        const override {
        SAMVEV_TRY(std::vector<DueTimer> due, inner_->due_timers(until, limit));
        for (DueTimer& each : due) {
            SAMVEV_CHECK_OK(open(each));
        }
        return due;
    }
    Result<std::optional<base::Timestamp>> next_timer() const override {
        return inner_->next_timer();
    }

    void put_snapshot(LogId log, const StreamId& stream, const Snapshot& snapshot) override {
        Snapshot sealed = snapshot;
        if (seal_.seal(log, stream, sealed)) {  // Else it is folded again: nothing to report.
            inner_->put_snapshot(log, stream, sealed);
        }
    }
    Result<std::optional<Snapshot>> find_snapshot(
        LogId log, const StreamId& stream, std::string_view module
    ) const override {
        SAMVEV_TRY(std::optional<Snapshot> found, inner_->find_snapshot(log, stream, module));
        if (!found) {
            return std::nullopt;
        }
        // One that does not open is as good as none.
        Result<std::optional<std::string>> state = seal_.open(log, stream, *found);
        if (!state || !*state) {
            return std::nullopt;
        }
        found->state = std::move(**state);
        return found;
    }

    Result<std::monostate> remove_payload(LogId log, Position position) override {
        return inner_->remove_payload(log, position);
    }
    LogState state() const override { return inner_->state(); }
    void on_commit(Wake wake) override { inner_->on_commit(std::move(wake)); }
    void set_guard(CommitGuard* guard) override { guard_.set_next(guard); }
    void set_listener(CommitListener* listener) override {
        listener_.set_next(listener);
        inner_->set_listener(listener == nullptr ? nullptr : &listener_);
    }

private:
    // Checks first what sealing relies on, and what it would hide from the engine.
    [[nodiscard]] Result<std::monostate> seal(Commit& commit) {
        SAMVEV_CHECK_OK(check_size(commit));
        SAMVEV_CHECK_OK(check_shape(commit));
        for (StreamWrite& write : commit.writes) {
            for (NewEvent& event : write.events) {
                if (!event.key_id.empty() || !event.commitment.empty()) {
                    return fail(
                        ErrorCode::invalid_argument, "an event is sealed by the log, not before it"
                    );
                }
                SAMVEV_CHECK_OK(seal_.seal(commit.log, write.stream, event));
            }
        }
        for (TimerSet& timer : commit.timers) {
            SAMVEV_CHECK_OK(seal_.seal(timer_log(commit.log.tenant), timer));
        }
        return std::monostate();
    }

    // A command that was committed before is answered, whatever is wrong with it now.
    [[nodiscard]] Result<Committed> known_or(const Commit& commit, const Error& error) const {
        if (commit.idempotency) {
            SAMVEV_TRY(const auto known, inner_->find_result(commit.log, *commit.idempotency));
            if (known) {
                return *known;
            }
        }
        return tl::unexpected(error);
    }

    // Reads with `read` and visits opened events; the first that does not open ends it.
    template <typename Read>
    std::invoke_result_t<const Read&, const EventVisitor&> opening(
        LogId log, const EventVisitor& visit, const Read& read
    ) const {
        OpenedEvents texts(seal_, log);
        std::optional<Error> failed;
        auto outcome = read([&](const EventView& stored) {
            const Result<EventView> event = texts.open(stored);
            if (!event) {
                failed = event.error();
                return Visit::stop;
            }
            return visit(*event);
        });
        return failed ? decltype(outcome)(tl::unexpected(std::move(*failed))) : outcome;
    }

    [[nodiscard]] Result<std::monostate> open(DueTimer& due) const {
        if (due.timer.data.empty() || due.timer.data.front() == '{') {
            return std::monostate(
            );  // Set before sealing was switched on: sealed data begins with 1.
        }
        SAMVEV_TRY(std::optional<std::string> data, seal_.open(timer_log(due.tenant), due.timer));
        due.timer.data = data ? std::move(*data) : erased_data;
        return std::monostate();
    }

    PayloadSeal& seal_;
    FenceGuard guard_;
    OpeningListener listener_;
    const std::unique_ptr<EventLog> inner_;  // Last: it calls the two above to its end.
};

}  // namespace

std::unique_ptr<EventLog> make_sealed_event_log(
    std::unique_ptr<EventLog> inner, PayloadSeal& seal
) {
    return std::make_unique<SealedEventLog>(std::move(inner), seal);
}

}  // namespace samvev::store
