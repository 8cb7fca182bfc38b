#include "store/commit_batch.hpp"

#include <utility>

#include "base/assert.hpp"
#include "store/event_codec.hpp"

namespace samvev::store {

keys::Head& CommitBatch::head_of(LogId log) {
    const auto known = heads_.find(log);
    if (known != heads_.end()) {
        return known->second;
    }
    keys::Head fresh;
    fresh.epoch = database_.epoch;
    return heads_.emplace(log, tail_.head(log).value_or(fresh)).first->second;
}

Result<Committed> CommitBatch::decide(const Commit& commit, CommitGuard* guard) {
    SAMVEV_TRY(const Admission admission, admit(commit, facts_, guard));
    if (admission.replay) {
        return *admission.replay;
    }
    SAMVEV_TRY(
        TimerEffects timers,
        timer_effects(
            commit.timer_clears, commit.timers,
            [this, &commit](const TimerKey& key) { return facts_.timer(commit.log, key); }
        )
    );
    keys::Head& head = head_of(commit.log);
    const Position first = head.cursor.next;
    const CommitViews events(commit, first, admission.first_revisions);

    const auto made = std::make_shared<TailRecord>();
    made->bytes = encode_record(commit, {head.epoch, first, head.last_digest}, events.views());
    made->at = head.cursor;
    made->answer = answer_to(commit, first, admission.first_revisions);
    made->claims = commit.claims;
    made->timers = std::move(timers);
    const Result<std::monostate> read_back = read_record(made->bytes, made->record);
    SAMVEV_ASSERT(read_back.has_value());
    SAMVEV_ASSERT(made->record.events.size() == events.views().size());

    const rocksdb::Status added =
        rows_.Put(database_.records, keys::record(commit.log, made->at), made->bytes);
    SAMVEV_ASSERT(added.ok());
    head.last_digest = record_digest(made->bytes);
    head.cursor = made->next();
    staged_.add(made);
    records_.push_back(made);
    return made->answer;
}

bool CommitBatch::depends(const Commit& commit, const Result<Committed>& outcome) const {
    if (!outcome.has_value() || !outcome->replayed) {
        return outcome.has_value();
    }
    const CommandKey key{commit.idempotency->id, commit.idempotency->actor};
    return staged_.remembered(commit.log, key).has_value();
}

rocksdb::WriteBatch& CommitBatch::finish() {
    for (const auto& [log, head] : heads_) {
        const rocksdb::Status added =
            rows_.Put(database_.heads, keys::head(log), keys::head_row(head));
        SAMVEV_ASSERT(added.ok());
    }
    return rows_;
}

Result<TailRecordPtr> make_tail_record(
    std::string bytes, keys::Cursor at, const LayeredFacts& facts
) {
    const auto made = std::make_shared<TailRecord>();
    made->bytes = std::move(bytes);
    made->at = at;
    SAMVEV_CHECK_OK(read_record(made->bytes, made->record));
    SAMVEV_TRY(RecordChanges changes, read_changes(made->record.changes));
    made->answer = answer_to(made->record, changes);
    const LogId log = made->record.log;
    SAMVEV_TRY(
        made->timers, timer_effects(
                          changes.timer_clears, changes.timers,
                          [log, &facts](const TimerKey& key) { return facts.timer(log, key); }
                      )
    );
    made->claims = std::move(changes.claims);
    return TailRecordPtr(made);
}

}  // namespace samvev::store
