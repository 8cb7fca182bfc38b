#include "store/admission.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "store/commit_shape.hpp"

namespace samvev::store {

namespace {

std::string expected_text(const ExpectedRevision& expected) {
    switch (expected.kind()) {
        case ExpectedRevision::Kind::any:
            return "any";
        case ExpectedRevision::Kind::no_stream:
            return "none";
        case ExpectedRevision::Kind::exists:
            return "exists";
        case ExpectedRevision::Kind::exact:
            return std::to_string(expected.revision().value());
    }
    return {};
}

bool holds(const ExpectedRevision& expected, const std::optional<Revision>& actual) {
    switch (expected.kind()) {
        case ExpectedRevision::Kind::any:
            return true;
        case ExpectedRevision::Kind::no_stream:
            return !actual;
        case ExpectedRevision::Kind::exists:
            return actual.has_value();
        case ExpectedRevision::Kind::exact:
            return actual == expected.revision();
    }
    return false;
}

// Collects every expectation that does not hold, so that the writer refreshes once.
class Violations {
public:
    void check(
        std::size_t index, const StreamId& stream, const ExpectedRevision& expected,
        const std::optional<Revision>& actual
    ) {
        if (holds(expected, actual)) {
            return;
        }
        list_ += list_.empty() ? "" : ",";
        list_ += base::JsonObject()
                     .number("index", static_cast<std::int64_t>(index))
                     .text("stream", stream.text())
                     .text("expected", expected_text(expected))
                     .text("actual", actual ? std::to_string(actual->value()) : "none")
                     .take();
    }

    [[nodiscard]] Result<std::monostate> result() const {
        if (list_.empty()) {
            return std::monostate();
        }
        return fail(
            ErrorCode::revision_conflict, "a stream is not at the expected revision: read it again",
            base::JsonObject().raw("violations", "[" + list_ + "]").take()
        );
    }

private:
    std::string list_;
};

// Returns the first revision of each write.
Result<std::vector<Revision>> check_expectations(const Commit& commit, const LogFacts& facts) {
    Violations violations;
    std::vector<Revision> first_revisions;
    first_revisions.reserve(commit.writes.size());
    std::size_t index = 0;
    for (const StreamWrite& write : commit.writes) {
        SAMVEV_TRY(const auto last, facts.last_revision(commit.log, write.stream));
        violations.check(index++, write.stream, write.expected, last);
        first_revisions.push_back(last ? last->next() : Revision());
    }
    for (const StreamCheck& check : commit.checks) {
        SAMVEV_TRY(const auto last, facts.last_revision(commit.log, check.stream));
        violations.check(index++, check.stream, check.expected, last);
    }
    SAMVEV_CHECK_OK(violations.result());
    return first_revisions;
}

Result<std::monostate> check_event_ids(const Commit& commit, const LogFacts& facts) {
    std::unordered_set<EventId> seen;
    std::string taken;
    for (const StreamWrite& write : commit.writes) {
        for (const NewEvent& event : write.events) {
            SAMVEV_TRY(const bool exists, facts.has_event(commit.log, event.id));
            if (exists || !seen.insert(event.id).second) {
                taken += taken.empty() ? "" : ",";
                taken += base::json_string(event.id.value().text());
            }
        }
    }
    if (taken.empty()) {
        return std::monostate();
    }
    return fail(
        ErrorCode::duplicate, "an event id is used already in this log: make a new one",
        base::JsonObject().raw("events", "[" + taken + "]").take()
    );
}

// Changes are judged one after the other, so that one commit may pass a claim on: release by the
// old owner, then take by the new. Releasing what nobody holds changes nothing.
Result<std::monostate> check_claims(const Commit& commit, const LogFacts& facts) {
    std::map<ClaimKey, std::optional<StreamId>> owners;
    std::string taken;
    for (const ClaimChange& change : commit.claims) {
        auto at = owners.find(change.claim);
        if (at == owners.end()) {
            SAMVEV_TRY(auto owner, facts.claim_owner(commit.log, change.claim));
            at = owners.emplace(change.claim, std::move(owner)).first;
        }
        if (at->second && *at->second != change.owner) {
            taken += taken.empty() ? "" : ",";
            taken += base::JsonObject()
                         .text("name", change.claim.name)
                         .text("owner", at->second->text())
                         .take();
            continue;
        }
        const bool take = change.kind == ClaimChange::Kind::take;
        at->second = take ? std::optional(change.owner) : std::nullopt;
    }
    if (taken.empty()) {
        return std::monostate();
    }
    return fail(
        ErrorCode::claim_taken, "a unique key is held by another stream",
        base::JsonObject().raw("claims", "[" + taken + "]").take()
    );
}

}  // namespace

Result<Committed> replay_of(const Remembered& remembered, const Idempotency& command) {
    if (remembered.digest != command.digest) {
        return fail(
            ErrorCode::idempotency_mismatch,
            "command id " + command.id.value().text() + " was used for other content: make a new id"
        );
    }
    Committed committed = remembered.committed;
    committed.replayed = true;
    return committed;
}

Result<Admission> admit(const Commit& commit, const LogFacts& facts, CommitGuard* guard) {
    if (commit.idempotency) {
        const CommandKey key{commit.idempotency->id, commit.idempotency->actor};
        SAMVEV_TRY(const auto remembered, facts.remembered(commit.log, key));
        if (remembered) {
            SAMVEV_TRY(Committed replay, replay_of(*remembered, *commit.idempotency));
            return Admission{std::move(replay), {}};
        }
    }
    SAMVEV_CHECK_OK(check_size(commit));
    SAMVEV_CHECK_OK(check_shape(commit));
    SAMVEV_TRY(auto first_revisions, check_expectations(commit, facts));
    SAMVEV_CHECK_OK(check_event_ids(commit, facts));
    SAMVEV_CHECK_OK(check_claims(commit, facts));
    if (guard != nullptr) {
        SAMVEV_CHECK_OK(guard->permit(commit));
    }
    return Admission{std::nullopt, std::move(first_revisions)};
}

Committed answer_to(
    const Commit& commit, Position first, const std::vector<Revision>& first_revisions
) {
    Committed out;
    out.command = commit.idempotency ? commit.idempotency->id : CommandId();
    if (commit.writes.empty()) {
        out.stream = commit.claims.empty() ? commit.timer_clears.front().key.stream
                                           : commit.claims.front().owner;
        return out;
    }
    std::uint64_t count = 0;
    for (const StreamWrite& write : commit.writes) {
        count += write.events.size();
    }
    const std::uint64_t events_of_first = commit.writes.front().events.size();
    out.stream = commit.writes.front().stream;
    out.revision = Revision(first_revisions.front().value() + events_of_first - 1);
    out.position = Position(first.value() + count - 1);
    return out;
}

}  // namespace samvev::store
