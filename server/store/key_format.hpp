#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/commit.hpp"
#include "store/ids.hpp"

namespace samvev::store::keys {

// Keys and small rows of the RocksDB engine. Integers are big-endian, so that byte order is the
// order of tenants, positions and due times. Stored: never change those of `default` and `records`;
// those of `derived` are rebuilt when derived_format changes.
//
//   log    = u32 tenant, u8 LogKind
//   stream = text kind, 16 id
//
//   default:  "format"                          u32 store_format, u64 epoch of new logs
//             'h', log                          head row (below)
//   records:  log, u64 first position, u32 ordinal            record (record.hpp)
//             The ordinal counts records that begin at the same position: a commit without events
//             takes none, so the record after it begins there too.
//   derived:  'v'                               u32 derived_format
//             'p', log                          u64 next position, u32 ordinal: where it stands
//             's', log, stream                  u64 last revision, u64 its position
//             'e', log, stream, u64 revision    event (event_codec.hpp), u32 CRC-32C
//             'i', log, 16 event id             u64 position
//             'r', log, 16 command id, text actor   32 digest, stream, u64 revision, u64 position
//             'c', log, 32 key, text name       stream
//             't', log, stream, text module, text name
//                                               u64 due, 16 set by, text command, data
//             'd', u64 due, key of 't' after its first byte   (empty); due with its sign bit
//             flipped
//   snapshots: log, stream, text module         snapshot row (snapshots.cpp)
//
//   head row = u8 1, u64 epoch, u64 next position, u32 ordinal of the next record,
//              32 digest of the last record; bytes that follow belong to later versions

inline constexpr std::uint32_t store_format = 1;
inline constexpr std::uint32_t derived_format = 1;
inline constexpr std::string_view format_key = "format";
inline constexpr std::string_view derived_format_key = "v";
inline constexpr char head_tag = 'h';

// The next record of a log.
struct Cursor {
    Position next;
    std::uint32_t ordinal = 0;
    friend auto operator<=>(const Cursor&, const Cursor&) = default;
};

struct Head {
    std::uint64_t epoch = 0;
    Cursor cursor;
    base::Digest last_digest{};
};

[[nodiscard]] std::string head(LogId log);
[[nodiscard]] LogId log_of_head(std::string_view key);
[[nodiscard]] std::string head_row(const Head& head);
[[nodiscard]] std::optional<Head> read_head_row(std::string_view bytes);

// What the keys of a log's records begin with.
[[nodiscard]] std::string log_prefix(LogId log);
[[nodiscard]] std::string record(LogId log, Cursor at);
// The key after every record of the log that begins at `first` or before.
[[nodiscard]] std::string record_end(LogId log, Position first);
[[nodiscard]] std::string records_end(LogId log);
[[nodiscard]] Cursor cursor_of_record(std::string_view key);

[[nodiscard]] std::string stands_at(LogId log);
[[nodiscard]] std::string cursor_row(Cursor cursor);
[[nodiscard]] std::optional<Cursor> read_cursor_row(std::string_view bytes);

[[nodiscard]] std::string stream_head(LogId log, const StreamId& stream);
[[nodiscard]] std::string stream_event(LogId log, const StreamId& stream, Revision revision);
[[nodiscard]] std::string event_id(LogId log, EventId id);
[[nodiscard]] std::string command(LogId log, CommandId id, std::string_view actor);
[[nodiscard]] std::string claim(LogId log, const ClaimKey& claim);
[[nodiscard]] std::string claim_prefix(LogId log);
[[nodiscard]] std::optional<ClaimKey> read_claim(std::string_view key);

[[nodiscard]] std::string timer(LogId log, const TimerKey& timer);
[[nodiscard]] std::string due(LogId log, base::Timestamp due, const TimerKey& timer);
// The first key that is due after `until`.
[[nodiscard]] std::string due_end(base::Timestamp until);
struct DueKey {
    base::Timestamp due;
    LogId log;
    TimerKey timer;
};
[[nodiscard]] std::optional<DueKey> read_due(std::string_view key);

[[nodiscard]] std::string snapshot(LogId log, const StreamId& stream, std::string_view module);

}  // namespace samvev::store::keys
