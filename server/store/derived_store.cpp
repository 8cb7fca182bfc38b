#include "store/derived_store.hpp"

#include <rocksdb/write_batch.h>

#include <map>
#include <memory>
#include <utility>

#include "store/bytes.hpp"
#include "store/crc32c.hpp"
#include "store/event_codec.hpp"

namespace samvev::store {

namespace {

constexpr std::size_t crc_bytes = 4;

std::string_view view_of(const rocksdb::Slice& slice) {
    return {slice.data(), slice.size()};
}

tl::unexpected<Error> malformed(std::string_view what) {
    return fail(ErrorCode::corrupt, "the stored " + std::string(what) + " is malformed");
}

void write_stream(ByteWriter& writer, const StreamId& stream) {
    writer.text(stream.kind);
    writer.uuid(stream.id);
}

StreamId read_stream_id(ByteReader& reader) {
    std::string kind(reader.text());
    return {std::move(kind), reader.uuid()};
}

std::string event_row(const EventView& event) {
    std::string out;
    out.reserve(400 + event.payload.size());
    append_event(out, event);
    const std::uint32_t crc = crc32c(out);
    ByteWriter(out).u32(crc);
    return out;
}

Result<EventView> read_event_row(std::string_view bytes) {
    if (bytes.size() < crc_bytes) {
        return malformed("event");
    }
    const std::string_view event = bytes.substr(0, bytes.size() - crc_bytes);
    ByteReader crc(bytes.substr(event.size()));
    if (crc.u32() != crc32c(event)) {
        return fail(ErrorCode::corrupt, "the checksum of a stored event does not match");
    }
    return read_event(event);
}

std::string stream_head_row(const StreamHead& head) {
    std::string out;
    ByteWriter writer(out);
    writer.u64(head.revision.value());
    writer.u64(head.position.value());
    return out;
}

std::string result_row(const base::Digest& digest, const Committed& committed) {
    std::string out;
    ByteWriter writer(out);
    writer.digest(digest);
    write_stream(writer, committed.stream);
    writer.u64(committed.revision.value());
    writer.u64(committed.position.value());
    return out;
}

std::string stream_row(const StreamId& stream) {
    std::string out;
    ByteWriter writer(out);
    write_stream(writer, stream);
    return out;
}

std::string timer_row(const TimerSet& timer) {
    std::string out;
    ByteWriter writer(out);
    writer.u64(static_cast<std::uint64_t>(timer.due.time_since_epoch().count()));
    writer.uuid(timer.set_by.value());
    writer.text(timer.command);
    writer.bytes(timer.data);
    return out;
}

// Collects the rows of some records into one batch.
class RowBatch {
public:
    RowBatch(const DerivedStore& store, rocksdb::ColumnFamilyHandle* family)
        : store_(store), family_(family) {}

    Result<std::monostate> add(const TailRecord& tail) {
        const LogId log = tail.record.log;
        for (const EventView& event : tail.record.events) {
            const StreamId stream = event.stream();
            put(keys::stream_event(log, stream, event.revision), event_row(event));
            std::string position;
            ByteWriter(position).u64(event.position.value());
            put(keys::event_id(log, event.id), position);
            heads_.insert_or_assign({log, stream}, StreamHead{event.revision, event.position});
        }
        if (tail.record.command) {
            const RecordCommand& command = *tail.record.command;
            put(keys::command(log, command.id, command.actor),
                result_row(command.digest, tail.answer));
        }
        for (const ClaimChange& change : tail.claims) {
            if (change.kind == ClaimChange::Kind::take) {
                put(keys::claim(log, change.claim), stream_row(change.owner));
            } else {
                erase(keys::claim(log, change.claim));
            }
        }
        for (const auto& [key, timer] : tail.timers) {
            SAMVEV_CHECK_OK(set_timer(log, key, timer));
        }
        cursors_.insert_or_assign(log, tail.next());
        return std::monostate();
    }

    rocksdb::WriteBatch& finish() {
        for (const auto& [key, head] : heads_) {
            put(keys::stream_head(key.first, key.second), stream_head_row(head));
        }
        for (const auto& [log, cursor] : cursors_) {
            put(keys::stands_at(log), keys::cursor_row(cursor));
        }
        return batch_;
    }

private:
    void put(const std::string& key, const std::string& value) { batch_.Put(family_, key, value); }
    void erase(const std::string& key) { batch_.Delete(family_, key); }

    // The old due row has to go: its key holds the old due time.
    Result<std::monostate> set_timer(
        LogId log, const TimerKey& key, const std::optional<TimerSet>& timer
    ) {
        const auto known = timers_.find({log, key});
        std::optional<TimerSet> old;
        if (known != timers_.end()) {
            old = known->second;
        } else {
            SAMVEV_TRY(old, store_.timer(log, key));
        }
        if (old) {
            erase(keys::due(log, old->due, key));
        }
        if (timer) {
            put(keys::timer(log, key), timer_row(*timer));
            put(keys::due(log, timer->due, key), {});
        } else {
            erase(keys::timer(log, key));
        }
        timers_.insert_or_assign({log, key}, timer);
        return std::monostate();
    }

    const DerivedStore& store_;
    rocksdb::ColumnFamilyHandle* family_;
    rocksdb::WriteBatch batch_;
    std::map<std::pair<LogId, StreamId>, StreamHead> heads_;
    std::map<std::pair<LogId, TimerKey>, std::optional<TimerSet>> timers_;
    std::map<LogId, keys::Cursor> cursors_;
};

std::string format_row() {
    std::string out;
    ByteWriter(out).u32(keys::derived_format);
    return out;
}

rocksdb::WriteOptions unlogged() {
    rocksdb::WriteOptions options;
    options.disableWAL = true;
    return options;
}

}  // namespace

Result<std::monostate> DerivedStore::check_format() const {
    SAMVEV_TRY(const auto found, get(std::string(keys::derived_format_key)));
    if (found && *found != format_row()) {
        return fail(
            ErrorCode::unavailable,
            "the indexes are of another version: start the server once to rebuild them"
        );
    }
    return std::monostate();  // Absent: nothing had been written yet when the process ended.
}

Result<std::monostate> DerivedStore::prepare() {
    const std::string wanted = format_row();
    const std::string key(keys::derived_format_key);
    SAMVEV_TRY(const auto found, get(key));
    if (found == wanted) {
        return std::monostate();
    }
    rocksdb::Status status = database_.db->DeleteRange(
        unlogged(), database_.derived, std::string(1, '\0'), std::string(1, '\x7f')
    );
    if (status.ok()) {
        status = database_.db->Put(unlogged(), database_.derived, key, wanted);
    }
    if (!status.ok()) {
        return to_error(status, "preparing the derived indexes");
    }
    return std::monostate();
}

Result<std::optional<std::string>> DerivedStore::get(const std::string& key) const {
    std::string value;
    const rocksdb::Status status = database_.db->Get({}, database_.derived, key, &value);
    if (status.IsNotFound()) {
        return std::nullopt;
    }
    if (!status.ok()) {
        return to_error(status, "reading a derived index");
    }
    return value;
}

Result<keys::Cursor> DerivedStore::stands_at(LogId log) const {
    SAMVEV_TRY(const auto row, get(keys::stands_at(log)));
    if (!row) {
        return keys::Cursor{};
    }
    const std::optional<keys::Cursor> cursor = keys::read_cursor_row(*row);
    if (!cursor) {
        return malformed("place of the indexes");
    }
    return *cursor;
}

Result<std::optional<StreamHead>> DerivedStore::stream_head(LogId log, const StreamId& stream)
    const {
    SAMVEV_TRY(const auto row, get(keys::stream_head(log, stream)));
    if (!row) {
        return std::nullopt;
    }
    ByteReader reader(*row);
    StreamHead head;
    head.revision = Revision(reader.u64());
    head.position = Position(reader.u64());
    if (!reader.ok()) {
        return malformed("stream head");
    }
    return head;
}

Result<std::optional<Remembered>> DerivedStore::remembered(LogId log, const CommandKey& command)
    const {
    SAMVEV_TRY(const auto row, get(keys::command(log, command.id, command.actor)));
    if (!row) {
        return std::nullopt;
    }
    ByteReader reader(*row);
    Remembered out;
    out.digest = reader.digest();
    out.committed.stream = read_stream_id(reader);
    out.committed.revision = Revision(reader.u64());
    out.committed.position = Position(reader.u64());
    out.committed.command = command.id;
    if (!reader.ok()) {
        return malformed("command result");
    }
    return out;
}

Result<std::optional<Position>> DerivedStore::event_position(LogId log, EventId id) const {
    SAMVEV_TRY(const auto row, get(keys::event_id(log, id)));
    if (!row) {
        return std::nullopt;
    }
    ByteReader reader(*row);
    const Position position(reader.u64());
    if (!reader.ok()) {
        return malformed("event id");
    }
    return position;
}

Result<std::optional<StreamId>> DerivedStore::claim_owner(LogId log, const ClaimKey& claim) const {
    SAMVEV_TRY(const auto row, get(keys::claim(log, claim)));
    if (!row) {
        return std::nullopt;
    }
    ByteReader reader(*row);
    StreamId owner = read_stream_id(reader);
    if (!reader.ok()) {
        return malformed("claim");
    }
    return owner;
}

Result<std::vector<ClaimKey>> DerivedStore::claims_of(LogId log, const StreamId& owner) const {
    const std::string prefix = keys::claim_prefix(log);
    const std::string wanted = stream_row(owner);
    std::vector<ClaimKey> out;
    const std::unique_ptr<rocksdb::Iterator> at(database_.db->NewIterator({}, database_.derived));
    for (at->Seek(prefix); at->Valid() && at->key().starts_with(prefix); at->Next()) {
        std::optional<ClaimKey> claim = keys::read_claim(view_of(at->key()));
        if (!claim) {
            return malformed("claim");
        }
        if (view_of(at->value()) == wanted) {
            out.push_back(std::move(*claim));
        }
    }
    if (!at->status().ok()) {
        return to_error(at->status(), "reading claims");
    }
    return out;
}

Result<std::optional<TimerSet>> DerivedStore::timer(LogId log, const TimerKey& timer) const {
    SAMVEV_TRY(const auto row, get(keys::timer(log, timer)));
    if (!row) {
        return std::nullopt;
    }
    ByteReader reader(*row);
    TimerSet out;
    out.key = timer;
    const auto due = static_cast<std::int64_t>(reader.u64());
    out.due = base::Timestamp(std::chrono::microseconds(due));
    out.set_by = EventId(reader.uuid());
    out.command = reader.text();
    out.data = reader.rest();
    if (!reader.ok()) {
        return malformed("timer");
    }
    return out;
}

Result<std::monostate> DerivedStore::visit_stream(
    LogId log, const StreamId& stream, Revision from, Revision end, const EventVisitor& visit
) const {
    const std::string bound = keys::stream_event(log, stream, end);
    const rocksdb::Slice bound_slice(bound);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &bound_slice;
    const std::unique_ptr<rocksdb::Iterator> at(
        database_.db->NewIterator(options, database_.derived)
    );
    Revision expected = from;
    for (at->Seek(keys::stream_event(log, stream, from)); at->Valid(); at->Next()) {
        SAMVEV_TRY(const EventView event, read_event_row(view_of(at->value())));
        if (event.revision != expected) {
            break;
        }
        expected = expected.next();
        if (visit(event) == Visit::stop) {
            return std::monostate();
        }
    }
    if (!at->status().ok()) {
        return to_error(at->status(), "reading stream " + stream.text());
    }
    if (expected < end) {
        return fail(
            ErrorCode::corrupt,
            "stream " + stream.text() + " lacks revision " + std::to_string(expected.value())
        );
    }
    return std::monostate();
}

Result<std::monostate> DerivedStore::visit_stream_back(
    LogId log, const StreamId& stream, Revision from, const EventVisitor& visit
) const {
    const std::string bound = keys::stream_event(log, stream, Revision(0));
    const rocksdb::Slice bound_slice(bound);
    rocksdb::ReadOptions options;
    options.iterate_lower_bound = &bound_slice;
    const std::unique_ptr<rocksdb::Iterator> at(
        database_.db->NewIterator(options, database_.derived)
    );
    std::uint64_t left = from.value() + 1;
    for (at->SeekForPrev(keys::stream_event(log, stream, from)); at->Valid(); at->Prev()) {
        SAMVEV_TRY(const EventView event, read_event_row(view_of(at->value())));
        if (left == 0 || event.revision.value() != left - 1) {
            break;
        }
        --left;
        if (visit(event) == Visit::stop) {
            return std::monostate();
        }
    }
    if (!at->status().ok()) {
        return to_error(at->status(), "reading stream " + stream.text());
    }
    if (left > 0) {
        return fail(
            ErrorCode::corrupt,
            "stream " + stream.text() + " lacks revision " + std::to_string(left - 1)
        );
    }
    return std::monostate();
}

Result<std::monostate> DerivedStore::visit_due(base::Timestamp until, const TimerVisitor& visit)
    const {
    const std::string bound = keys::due_end(until);
    const rocksdb::Slice bound_slice(bound);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &bound_slice;
    const std::unique_ptr<rocksdb::Iterator> at(
        database_.db->NewIterator(options, database_.derived)
    );
    for (at->Seek("d"); at->Valid(); at->Next()) {
        const std::optional<keys::DueKey> key = keys::read_due(view_of(at->key()));
        if (!key) {
            return malformed("due time");
        }
        if (visit(*key) == Visit::stop) {
            return std::monostate();
        }
    }
    if (!at->status().ok()) {
        return to_error(at->status(), "reading timers");
    }
    return std::monostate();
}

Result<std::monostate> DerivedStore::write(std::span<const TailRecordPtr> records) {
    RowBatch batch(*this, database_.derived);
    for (const TailRecordPtr& record : records) {
        SAMVEV_CHECK_OK(batch.add(*record));
    }
    const rocksdb::Status status = database_.db->Write(unlogged(), &batch.finish());
    if (!status.ok()) {
        return to_error(status, "writing the derived indexes");
    }
    return std::monostate();
}

Result<std::monostate> DerivedStore::replace(LogId log, const EventView& event) {
    const std::string key = keys::stream_event(log, event.stream(), event.revision);
    const rocksdb::Status status =
        database_.db->Put(unlogged(), database_.derived, key, event_row(event));
    if (!status.ok()) {
        return to_error(status, "replacing an event of stream " + event.stream().text());
    }
    return purge_old_versions(database_, database_.derived, key, key);
}

Result<std::monostate> DerivedStore::flush() {
    const rocksdb::Status status = database_.db->Flush({}, database_.derived);
    if (!status.ok()) {
        return to_error(status, "flushing the derived indexes");
    }
    return std::monostate();
}

}  // namespace samvev::store
