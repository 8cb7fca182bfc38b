#pragma once

#include <rocksdb/write_batch.h>

#include <map>
#include <vector>

#include "base/result.hpp"
#include "store/commit.hpp"
#include "store/event_log.hpp"
#include "store/layered_facts.hpp"
#include "store/rocks_database.hpp"
#include "store/tail.hpp"
#include "store/tail_index.hpp"

namespace samvev::store {

// The commits that are written together: each is decided on what is durable and on those before it
// in the batch. Holds what has to be synced (records and heads, nothing else) and what becomes
// visible after that. [committer]
class CommitBatch {
public:
    // All outlive the batch.
    CommitBatch(const RocksDatabase& database, const Tail& tail, const DerivedStore& derived)
        : database_(database), tail_(tail), facts_(&staged_, tail, derived) {}

    // Decides a commit; when it is accepted, it is in the batch from then on.
    [[nodiscard]] Result<Committed> decide(const Commit& commit, CommitGuard* guard);
    // Whether the outcome of this commit stands and falls with the batch.
    [[nodiscard]] bool depends(const Commit& commit, const Result<Committed>& outcome) const;

    [[nodiscard]] bool empty() const noexcept { return records_.empty(); }
    // Adds the heads; call once, when everything is decided.
    [[nodiscard]] rocksdb::WriteBatch& finish();
    [[nodiscard]] const std::vector<TailRecordPtr>& records() const noexcept { return records_; }
    [[nodiscard]] const std::map<LogId, keys::Head>& heads() const noexcept { return heads_; }

private:
    [[nodiscard]] keys::Head& head_of(LogId log);

    const RocksDatabase& database_;
    const Tail& tail_;
    TailIndex staged_;
    LayeredFacts facts_;
    rocksdb::WriteBatch rows_;
    std::vector<TailRecordPtr> records_;
    std::map<LogId, keys::Head> heads_;
};

// A record with what it changes, from its bytes. Fails with corrupt.
[[nodiscard]] Result<TailRecordPtr> make_tail_record(
    std::string bytes, keys::Cursor at, const LayeredFacts& facts
);

}  // namespace samvev::store
