#include "store/snapshot_store.hpp"

#include <string>

#include "store/bytes.hpp"
#include "store/crc32c.hpp"
#include "store/key_format.hpp"

namespace samvev::store {

namespace {

constexpr std::uint8_t snapshot_format = 1;
constexpr std::size_t crc_bytes = 4;

rocksdb::WriteOptions unlogged() {
    rocksdb::WriteOptions options;
    options.disableWAL = true;
    return options;
}

std::string snapshot_row(const Snapshot& snapshot) {
    std::string out;
    ByteWriter writer(out);
    writer.u8(snapshot_format);
    writer.u32(snapshot.state_version);
    writer.u64(snapshot.revision.value());
    writer.bytes(snapshot.state);
    const std::uint32_t crc = crc32c(out);
    writer.u32(crc);
    return out;
}

std::optional<Snapshot> read_snapshot_row(std::string_view row, std::string_view module) {
    if (row.size() < crc_bytes) {
        return std::nullopt;
    }
    const std::string_view covered = row.substr(0, row.size() - crc_bytes);
    ByteReader crc(row.substr(covered.size()));
    ByteReader reader(covered);
    if (crc.u32() != crc32c(covered) || reader.u8() != snapshot_format) {
        return std::nullopt;
    }
    Snapshot out;
    out.module = module;
    out.state_version = reader.u32();
    out.revision = Revision(reader.u64());
    out.state = reader.rest();
    return reader.ok() ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace

void SnapshotStore::put(LogId log, const StreamId& stream, const Snapshot& snapshot) {
    const std::string key = keys::snapshot(log, stream, snapshot.module);
    // A snapshot that could not be written is folded again: nothing to report.
    database_.db->Put(unlogged(), database_.snapshots, key, snapshot_row(snapshot))
        .PermitUncheckedError();
}

Result<std::optional<Snapshot>> SnapshotStore::find(
    LogId log, const StreamId& stream, std::string_view module
) const {
    std::string row;
    const std::string key = keys::snapshot(log, stream, module);
    const rocksdb::Status status = database_.db->Get({}, database_.snapshots, key, &row);
    if (status.IsNotFound() || status.IsCorruption()) {
        return std::nullopt;
    }
    if (!status.ok()) {
        return to_error(status, "reading a snapshot");
    }
    return read_snapshot_row(row, module);
}

Result<std::monostate> SnapshotStore::drop(LogId log, const StreamId& stream) {
    const std::string first = keys::snapshot(log, stream, {});
    // Past every module name: a text begins with its length, and none is 255 bytes of 0xff.
    const std::string last = first.substr(0, first.size() - 1) + std::string(256, '\xff');
    const rocksdb::Status status =
        database_.db->DeleteRange(unlogged(), database_.snapshots, first, last);
    if (!status.ok()) {
        return to_error(status, "dropping the snapshots of stream " + stream.text());
    }
    return purge_old_versions(database_, database_.snapshots, first, last);
}

}  // namespace samvev::store
