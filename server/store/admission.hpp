#pragma once

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "store/commit.hpp"
#include "store/event_log.hpp"
#include "store/ids.hpp"

namespace samvev::store {

// What is remembered of a command for ever.
struct Remembered {
    base::Digest digest{};
    Committed committed;
};

// Who sent which command: the key under which its outcome is remembered in a log.
struct CommandKey {
    CommandId id;
    std::string actor;
    friend auto operator<=>(const CommandKey&, const CommandKey&) = default;
};

// What a log knows at the moment a commit is decided, including the commits decided earlier in the
// same batch that are not durable yet. [committer]
class LogFacts {
public:
    LogFacts() = default;
    LogFacts(const LogFacts&) = delete;
    LogFacts& operator=(const LogFacts&) = delete;
    virtual ~LogFacts() = default;

    [[nodiscard]] virtual Result<std::optional<Revision>> last_revision(
        LogId log, const StreamId& stream
    ) const = 0;
    [[nodiscard]] virtual Result<std::optional<Remembered>> remembered(
        LogId log, const CommandKey& command
    ) const = 0;
    [[nodiscard]] virtual Result<bool> has_event(LogId log, EventId id) const = 0;
    [[nodiscard]] virtual Result<std::optional<StreamId>> claim_owner(
        LogId log, const ClaimKey& claim
    ) const = 0;
};

struct Admission {
    std::optional<Committed> replay;        // set: committed before, write nothing, answer this
    std::vector<Revision> first_revisions;  // of the events of each write
};

// The one place where a commit is accepted or refused: idempotency, size, shape, expectations,
// event ids, claims, guard, in this order. Fails as EventLog::submit says; changes nothing.
[[nodiscard]] Result<Admission> admit(
    const Commit& commit, const LogFacts& facts, CommitGuard* guard
);

// The answer to an admitted commit whose first event gets `first`.
[[nodiscard]] Committed answer_to(
    const Commit& commit, Position first, const std::vector<Revision>& first_revisions
);

// A remembered outcome as the answer to a retry; idempotency_mismatch when the digest differs.
[[nodiscard]] Result<Committed> replay_of(const Remembered& remembered, const Idempotency& command);

}  // namespace samvev::store
