#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/result.hpp"
#include "store/commit.hpp"
#include "store/event.hpp"
#include "store/ids.hpp"

namespace samvev::store {

// The commit record: what is synced, and the only truth. Everything else can be computed from the
// records of a log. Stored: never change; a new form gets a new format number and this one stays
// readable.
//
//   record    = covered, payloads, u32 CRC-32C of covered and payloads
//   covered   = u8 format = 1, u32 size of covered, u32 tenant, u8 LogKind, u64 epoch,
//               u64 first position, u16 event count, 32 digest of the record before it in the log
//               (zeros for the first), stamp, command, event count × envelope,
//               claims, timers, clears
//   command   = u8 0 | u8 1, 32 digest, text actor            (its id stands in the stamp)
//   claims    = u16 count, count × (u8 ClaimChange::Kind, text name, 32 key, stream owner)
//   timers    = u16 count, count × (timer key, u64 due, 16 set by, text command,
//               u32 size, data)
//   clears    = u16 count, count × (timer key, u8 0 | u8 1, 16 set by)
//   timer key = stream, text module, text name
//   stream    = text kind, 16 id
//   payloads  = event count × payload
//   (stamp, envelope and payload: event_codec.hpp; due as recorded at)
//
// The digest of a record is the SHA-256 of `covered`: payloads are in it only by their SHA-256 in
// the envelopes, so that taking one out leaves the chain of digests valid.

struct RecordCommand {
    CommandId id;
    std::string_view actor;
    base::Digest digest{};
};

// A record read back; the views point into its bytes.
struct Record {
    LogId log;
    std::uint64_t epoch = 0;
    Position first;
    base::Digest previous{};
    std::optional<RecordCommand> command;
    std::vector<EventView> events;
    std::string_view changes;  // claims, timers, clears: see read_changes

    [[nodiscard]] Position next() const { return Position(first.value() + events.size()); }
};

struct RecordChanges {
    std::vector<ClaimChange> claims;
    std::vector<TimerSet> timers;
    std::vector<TimerClear> timer_clears;
    friend bool operator==(const RecordChanges&, const RecordChanges&) = default;
};

// Where a record stands in its log.
struct RecordPlace {
    std::uint64_t epoch = 0;
    Position first;
    base::Digest previous{};
};

// `events` are the commit's, as CommitViews makes them.
[[nodiscard]] std::string encode_record(
    const Commit& commit, const RecordPlace& place, std::span<const EventView> events
);

// Reads into `record`, whose vector is reused. Fails with corrupt.
[[nodiscard]] Result<std::monostate> read_record(std::string_view bytes, Record& record);
[[nodiscard]] Result<RecordChanges> read_changes(std::string_view bytes);

// Of a record that has been read without error.
[[nodiscard]] base::Digest record_digest(std::string_view bytes);

// The answer its commit got.
[[nodiscard]] Committed answer_to(const Record& record, const RecordChanges& changes);

// The same record without the payload of event `index`.
[[nodiscard]] std::string without_payload(std::string_view bytes, std::size_t index);

}  // namespace samvev::store
