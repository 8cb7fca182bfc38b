#include "store/record_store.hpp"

#include <iterator>
#include <memory>

namespace samvev::store {

namespace {

std::string_view view_of(const rocksdb::Slice& slice) {
    return {slice.data(), slice.size()};
}

std::string name_of(LogId log) {
    constexpr std::string_view kinds[] = {"domain", "access", "system"};
    const auto kind = static_cast<std::size_t>(log.kind);
    const std::string_view text = kind < std::size(kinds) ? kinds[kind] : "unknown";
    return "log " + std::to_string(log.tenant.value()) + "/" + std::string(text);
}

tl::unexpected<Error> corrupt_at(LogId log, Position position, const std::string& what) {
    return fail(
        ErrorCode::corrupt,
        name_of(log) + " position " + std::to_string(position.value()) + ": " + what
    );
}

}  // namespace

Result<std::monostate> RecordStore::visit(
    LogId log, Position from, Position end, const Visitor& visit
) const {
    if (from >= end) {
        return std::monostate();
    }
    const std::string bound = keys::records_end(log);
    const rocksdb::Slice bound_slice(bound);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &bound_slice;
    options.fill_cache = false;  // Read once in order; what is hot is in the tail.
    const std::unique_ptr<rocksdb::Iterator> at(
        database_.db->NewIterator(options, database_.records)
    );
    Position expected = from;
    Record record;
    bool started = false;
    const std::string prefix = keys::log_prefix(log);
    for (at->SeekForPrev(keys::record_end(log, from)); at->Valid(); at->Next()) {
        if (!at->key().starts_with(prefix)) {
            break;  // The last record of the log before this one.
        }
        const Result<std::monostate> read = read_record(view_of(at->value()), record);
        if (!read) {
            return corrupt_at(log, expected, read.error().message);
        }
        const bool holds =
            started ? record.first == expected : record.first <= from && from < record.next();
        if (record.log != log || !holds) {
            break;
        }
        started = true;
        if (record.events.empty()) {
            continue;
        }
        expected = record.next();
        const keys::Cursor place = keys::cursor_of_record(view_of(at->key()));
        const bool go_on = visit(place, view_of(at->value()), record) == Visit::more;
        if (!go_on || expected >= end) {
            return std::monostate();
        }
    }
    if (!at->status().ok()) {
        return corrupt_at(log, expected, at->status().ToString());
    }
    return corrupt_at(log, expected, "the record is missing");
}

Result<std::monostate> RecordStore::visit_from(LogId log, keys::Cursor from, const Visitor& visit)
    const {
    const std::string bound = keys::records_end(log);
    const rocksdb::Slice bound_slice(bound);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &bound_slice;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> at(
        database_.db->NewIterator(options, database_.records)
    );
    Record record;
    for (at->Seek(keys::record(log, from)); at->Valid(); at->Next()) {
        const keys::Cursor place = keys::cursor_of_record(view_of(at->key()));
        const Result<std::monostate> read = read_record(view_of(at->value()), record);
        if (!read) {
            return corrupt_at(log, place.next, read.error().message);
        }
        if (record.log != log || record.first != place.next) {
            return corrupt_at(log, place.next, "the record belongs to another place");
        }
        if (visit(place, view_of(at->value()), record) == Visit::stop) {
            break;
        }
    }
    if (!at->status().ok()) {
        return corrupt_at(log, from.next, at->status().ToString());
    }
    return std::monostate();
}

Result<std::monostate> RecordStore::replace(LogId log, keys::Cursor at, const std::string& bytes) {
    rocksdb::WriteOptions synced;
    synced.sync = true;
    const std::string key = keys::record(log, at);
    rocksdb::Status status = database_.db->Put(synced, database_.records, key, bytes);
    if (!status.ok()) {
        return to_error(status, "replacing a commit record");
    }
    return purge_old_versions(database_, database_.records, key, key);
}

}  // namespace samvev::store
