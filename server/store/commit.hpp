#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/result.hpp"
#include "store/event.hpp"
#include "store/ids.hpp"

namespace samvev::store {

// What the writer believes of a stream before the commit.
class ExpectedRevision {
public:
    enum class Kind : std::uint8_t { any, no_stream, exists, exact };
    [[nodiscard]] static ExpectedRevision any() { return ExpectedRevision(Kind::any, Revision()); }
    [[nodiscard]] static ExpectedRevision no_stream() {
        return ExpectedRevision(Kind::no_stream, Revision());
    }
    [[nodiscard]] static ExpectedRevision exists() {
        return ExpectedRevision(Kind::exists, Revision());
    }
    [[nodiscard]] static ExpectedRevision exact(Revision revision) {
        return ExpectedRevision(Kind::exact, revision);
    }
    // no_stream when absent, exact otherwise.
    [[nodiscard]] static ExpectedRevision of(const std::optional<Revision>& revision) {
        return revision ? exact(*revision) : no_stream();
    }
    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] Revision revision() const noexcept { return revision_; }

private:
    ExpectedRevision(Kind kind, Revision revision) : kind_(kind), revision_(revision) {}
    Kind kind_;
    Revision revision_;
};

struct StreamWrite {
    StreamId stream;
    ExpectedRevision expected = ExpectedRevision::any();
    std::vector<NewEvent> events;  // at least one
};

// A condition on a stream that is not written to. `any` is refused: it would check nothing.
struct StreamCheck {
    StreamId stream;
    ExpectedRevision expected = ExpectedRevision::exists();
};

// A unique key in the tenant. `key` is already an HMAC (ClaimHasher); `name` is in the clear.
struct ClaimKey {
    std::string name;  // "person.identifier"
    base::Digest key{};
    friend auto operator<=>(const ClaimKey&, const ClaimKey&) = default;
};

struct ClaimChange {
    enum class Kind : std::uint8_t { take = 0, release = 1 };  // Stored: never renumber.
    Kind kind = Kind::take;
    ClaimKey claim;
    StreamId owner;  // must be a stream written by the commit, if it writes any
    friend bool operator==(const ClaimChange&, const ClaimChange&) = default;
};

// A timer is data of its stream: replaced by one of the same name and module, cleared by name.
struct TimerKey {
    StreamId stream;
    std::string module;
    std::string name;
    friend auto operator<=>(const TimerKey&, const TimerKey&) = default;
};
struct TimerSet {
    TimerKey key;
    base::Timestamp due;
    EventId set_by;  // last event of the commit that set it: part of the timer's command id
    std::string command;
    std::string data;  // JSON object; sealed_event_log.hpp seals it
    friend bool operator==(const TimerSet&, const TimerSet&) = default;
};
// Clears the timer; with `set_by`, only if it is still the one set by that event.
struct TimerClear {
    TimerKey key;
    std::optional<EventId> set_by;
    friend bool operator==(const TimerClear&, const TimerClear&) = default;
};

// Makes a retry exact: (tenant, actor, id) is unique for ever.
struct Idempotency {
    CommandId id;
    std::string actor;
    base::Digest digest{};  // HMAC over method and canonical parameters
};

// What is appended atomically: all of it or nothing. Checked in this order: idempotency, size,
// shape, stream expectations, event ids, claims, guard.
struct Commit {
    LogId log;
    // At least one, streams distinct; or none with only `timer_clears` and, for the server's own
    // bookkeeping, claims that are released.
    std::vector<StreamWrite> writes;
    std::vector<StreamCheck> checks;  // streams distinct, none of them written
    std::vector<ClaimChange> claims;
    std::vector<TimerSet> timers;
    std::vector<TimerClear> timer_clears;
    std::optional<Idempotency> idempotency;  // absent only for the server's own bookkeeping
    ActorStamp actor;
    base::Timestamp recorded_at;
    std::uint64_t facts_version = 0;  // 1 + that of the facts it was permitted on, for CommitGuard
};

// The answer to a commit, and for ever after to a retry of the same command.
struct Committed {
    StreamId stream;        // the first stream written
    Revision revision;      // of the last event written to it
    Position position;      // of the last event of the commit in the log
    CommandId command;      // nil when the commit had no idempotency
    bool replayed = false;  // true: it had been committed before, nothing was written now
    friend bool operator==(const Committed&, const Committed&) = default;
};

// Error.data of revision_conflict:
// {"violations":[{"index":0,"stream":"case/…","expected":"3"|"none"|"exists", "actual":"5"|"none"},
// …]}, all failing ones; index counts writes first, then checks. Of claim_taken:
// {"claims":[{"name":"…","owner":"case/…"}, …]}.

}  // namespace samvev::store
