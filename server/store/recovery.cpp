#include "store/recovery.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "store/commit_batch.hpp"

namespace samvev::store {

namespace {

tl::unexpected<Error> corrupt(LogId log, Position position, const std::string& what) {
    return fail(
        ErrorCode::corrupt, "log " + std::to_string(log.tenant.value()) + "/" +
                                std::to_string(static_cast<int>(log.kind)) + " position " +
                                std::to_string(position.value()) + ": " + what
    );
}

// Reads one log's records behind the indexes into the tail, checking that they are one chain that
// ends in the head.
class Replay {
public:
    Replay(const RecoveryParts& parts, LogId log, const keys::Head& head, keys::Cursor from)
        : parts_(parts),
          log_(log),
          head_(head),
          cursor_(from),
          facts_(nullptr, parts.tail, parts.derived) {
        if (from == keys::Cursor{}) {
            digest_ = base::Digest{};
        }
    }

    Result<std::monostate> run() {
        SAMVEV_CHECK_OK(parts_.records.visit_from(
            log_, cursor_,
            [this](keys::Cursor at, std::string_view bytes, const Record& record) {
                outcome_ = add(at, bytes, record);
                return outcome_ ? Visit::more : Visit::stop;
            }
        ));
        SAMVEV_CHECK_OK(std::move(outcome_));
        if (cursor_ != head_.cursor || digest_ != head_.last_digest) {
            return corrupt(log_, cursor_.next, "the records do not end where the head says");
        }
        return std::monostate();
    }

private:
    Result<std::monostate> add(keys::Cursor at, std::string_view bytes, const Record& record) {
        if (at != cursor_ || (digest_ && record.previous != *digest_)) {
            return corrupt(log_, cursor_.next, "the record does not follow the one before it");
        }
        SAMVEV_TRY(const TailRecordPtr made, make_tail_record(std::string(bytes), at, facts_));
        cursor_ = made->next();
        digest_ = record_digest(bytes);
        parts_.tail.publish({&made, 1}, {});
        return parts_.relieve();
    }

    const RecoveryParts& parts_;
    const LogId log_;
    const keys::Head head_;
    keys::Cursor cursor_;
    LayeredFacts facts_;
    std::optional<base::Digest> digest_;  // Of the record before the cursor; absent: not known.
    Result<std::monostate> outcome_ = std::monostate();
};

Result<std::map<LogId, keys::Head>> load_heads(const RocksDatabase& database) {
    std::map<LogId, keys::Head> heads;
    const std::unique_ptr<rocksdb::Iterator> at(database.db->NewIterator({}, database.heads));
    const std::string prefix(1, keys::head_tag);
    for (at->Seek(prefix); at->Valid() && at->key().starts_with(prefix); at->Next()) {
        const LogId log = keys::log_of_head({at->key().data(), at->key().size()});
        const auto head = keys::read_head_row({at->value().data(), at->value().size()});
        if (!head) {
            return corrupt(log, Position(0), "the head row is malformed");
        }
        heads.emplace(log, *head);
    }
    if (!at->status().ok()) {
        return to_error(at->status(), "reading the heads of the logs");
    }
    return heads;
}

}  // namespace

Result<std::monostate> recover(const RecoveryParts& parts) {
    SAMVEV_TRY(const auto heads, load_heads(parts.database));
    for (const auto& [log, head] : heads) {
        SAMVEV_TRY(const keys::Cursor indexed, parts.derived.stands_at(log));
        if (indexed > head.cursor) {
            return corrupt(
                log, head.cursor.next, "the log ends before its indexes: commits are missing"
            );
        }
        if (indexed < head.cursor) {
            SAMVEV_CHECK_OK(Replay(parts, log, head, indexed).run());
        }
        parts.tail.set_head(log, head);
    }
    return std::monostate();
}

}  // namespace samvev::store
