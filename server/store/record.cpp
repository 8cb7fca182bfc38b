#include "store/record.hpp"

#include <utility>

#include "base/assert.hpp"
#include "store/bytes.hpp"
#include "store/crc32c.hpp"
#include "store/event_codec.hpp"

namespace samvev::store {

namespace {

constexpr std::uint8_t record_format = 1;
constexpr std::size_t covered_size_offset = 1;
constexpr std::size_t crc_bytes = 4;

void write_stream(ByteWriter& writer, const StreamId& stream) {
    writer.text(stream.kind);
    writer.uuid(stream.id);
}

StreamId read_stream_id(ByteReader& reader) {
    std::string kind(reader.text());
    return {std::move(kind), reader.uuid()};
}

void write_timer_key(ByteWriter& writer, const TimerKey& key) {
    write_stream(writer, key.stream);
    writer.text(key.module);
    writer.text(key.name);
}

TimerKey read_timer_key(ByteReader& reader) {
    TimerKey key;
    key.stream = read_stream_id(reader);
    key.module = reader.text();
    key.name = reader.text();
    return key;
}

void write_claims(ByteWriter& writer, const std::vector<ClaimChange>& claims) {
    writer.u16(static_cast<std::uint16_t>(claims.size()));
    for (const ClaimChange& change : claims) {
        writer.u8(static_cast<std::uint8_t>(change.kind));
        writer.text(change.claim.name);
        writer.digest(change.claim.key);
        write_stream(writer, change.owner);
    }
}

void write_timers(ByteWriter& writer, const std::vector<TimerSet>& timers) {
    writer.u16(static_cast<std::uint16_t>(timers.size()));
    for (const TimerSet& timer : timers) {
        write_timer_key(writer, timer.key);
        writer.u64(static_cast<std::uint64_t>(timer.due.time_since_epoch().count()));
        writer.uuid(timer.set_by.value());
        writer.text(timer.command);
        writer.u32(static_cast<std::uint32_t>(timer.data.size()));
        writer.bytes(timer.data);
    }
}

void write_clears(ByteWriter& writer, const std::vector<TimerClear>& clears) {
    writer.u16(static_cast<std::uint16_t>(clears.size()));
    for (const TimerClear& clear : clears) {
        write_timer_key(writer, clear.key);
        writer.u8(clear.set_by ? 1 : 0);
        writer.uuid(clear.set_by ? clear.set_by->value() : base::Uuid());
    }
}

void write_command(ByteWriter& writer, const std::optional<Idempotency>& command) {
    writer.u8(command ? 1 : 0);
    if (command) {
        writer.digest(command->digest);
        writer.text(command->actor);
    }
}

// The stamp that all events of a commit share.
EventView stamp_of(const Commit& commit) {
    EventView stamp;
    stamp.recorded_at = commit.recorded_at;
    stamp.command = commit.idempotency ? commit.idempotency->id : CommandId();
    stamp.actor = commit.actor.actor;
    stamp.role = commit.actor.role;
    stamp.unit = commit.actor.unit;
    stamp.on_behalf_of = commit.actor.on_behalf_of;
    return stamp;
}

std::uint32_t covered_size(std::string_view bytes) {
    ByteReader reader(bytes);
    reader.u8();
    return reader.u32();
}

void append_crc(std::string& bytes) {
    const std::uint32_t crc = crc32c(bytes);
    ByteWriter(bytes).u32(crc);
}

bool crc_matches(std::string_view bytes) {
    if (bytes.size() < crc_bytes) {
        return false;
    }
    ByteReader crc(bytes.substr(bytes.size() - crc_bytes));
    return crc.u32() == crc32c(bytes.substr(0, bytes.size() - crc_bytes));
}

tl::unexpected<Error> malformed() {
    return fail(ErrorCode::corrupt, "a commit record is malformed");
}

}  // namespace

std::string encode_record(
    const Commit& commit, const RecordPlace& place, std::span<const EventView> events
) {
    std::size_t payload_bytes = 0;
    for (const EventView& event : events) {
        payload_bytes += event.payload.size();
    }
    std::string out;
    out.reserve(256 + 320 * events.size() + payload_bytes);
    ByteWriter writer(out);
    writer.u8(record_format);
    writer.u32(0);  // Size of covered: known below.
    writer.u32(commit.log.tenant.value());
    writer.u8(static_cast<std::uint8_t>(commit.log.kind));
    writer.u64(place.epoch);
    writer.u64(place.first.value());
    writer.u16(static_cast<std::uint16_t>(events.size()));
    writer.digest(place.previous);
    append_stamp(out, stamp_of(commit));
    write_command(writer, commit.idempotency);
    for (const EventView& event : events) {
        append_envelope(out, event);
    }
    write_claims(writer, commit.claims);
    write_timers(writer, commit.timers);
    write_clears(writer, commit.timer_clears);

    std::string size;
    ByteWriter(size).u32(static_cast<std::uint32_t>(out.size()));
    out.replace(covered_size_offset, size.size(), size);
    for (const EventView& event : events) {
        append_payload(out, event);
    }
    append_crc(out);
    return out;
}

Result<std::monostate> read_record(std::string_view bytes, Record& record) {
    if (!crc_matches(bytes)) {
        return fail(ErrorCode::corrupt, "the checksum of a commit record does not match");
    }
    ByteReader reader(bytes);
    if (reader.u8() != record_format) {
        return fail(ErrorCode::corrupt, "a commit record has an unknown format");
    }
    const std::uint32_t covered = reader.u32();
    if (covered > bytes.size() - crc_bytes) {
        return malformed();
    }
    record.log.tenant = TenantId(reader.u32());
    record.log.kind = static_cast<LogKind>(reader.u8());
    record.epoch = reader.u64();
    record.first = Position(reader.u64());
    const std::uint16_t count = reader.u16();
    record.previous = reader.digest();
    EventView event;
    read_stamp(reader, event);
    record.command.reset();
    if (reader.u8() != 0) {
        const base::Digest digest = reader.digest();
        record.command = RecordCommand{event.command, reader.text(), digest};
    }
    ByteReader payloads(bytes.substr(covered, bytes.size() - crc_bytes - covered));
    record.events.clear();
    for (std::uint16_t i = 0; i < count; ++i) {
        event.position = Position(record.first.value() + i);
        read_envelope(reader, event);
        read_payload(payloads, event);
        record.events.push_back(event);
    }
    const bool whole = reader.ok() && payloads.ok() && payloads.rest().empty();
    if (!whole || reader.offset() > covered) {
        return malformed();
    }
    record.changes = bytes.substr(reader.offset(), covered - reader.offset());
    return std::monostate();
}

Result<RecordChanges> read_changes(std::string_view bytes) {
    RecordChanges changes;
    ByteReader reader(bytes);
    for (unsigned left = reader.u16(); left > 0 && reader.ok(); --left) {
        ClaimChange& change = changes.claims.emplace_back();
        change.kind = static_cast<ClaimChange::Kind>(reader.u8());
        change.claim.name = reader.text();
        change.claim.key = reader.digest();
        change.owner = read_stream_id(reader);
    }
    for (unsigned left = reader.u16(); left > 0 && reader.ok(); --left) {
        TimerSet& timer = changes.timers.emplace_back();
        timer.key = read_timer_key(reader);
        const auto due = static_cast<std::int64_t>(reader.u64());
        timer.due = base::Timestamp(std::chrono::microseconds(due));
        timer.set_by = EventId(reader.uuid());
        timer.command = reader.text();
        timer.data = reader.bytes(reader.u32());
    }
    for (unsigned left = reader.u16(); left > 0 && reader.ok(); --left) {
        TimerClear& clear = changes.timer_clears.emplace_back();
        clear.key = read_timer_key(reader);
        const bool conditional = reader.u8() != 0;
        const EventId set_by(reader.uuid());
        clear.set_by = conditional ? std::optional(set_by) : std::nullopt;
    }
    if (!reader.ok() || !reader.rest().empty()) {
        return malformed();
    }
    return changes;
}

base::Digest record_digest(std::string_view bytes) {
    return base::sha256(bytes.substr(0, covered_size(bytes)));
}

Committed answer_to(const Record& record, const RecordChanges& changes) {
    Committed out;
    out.command = record.command ? record.command->id : CommandId();
    if (record.events.empty()) {
        SAMVEV_ASSERT(!changes.claims.empty() || !changes.timer_clears.empty());
        out.stream = changes.claims.empty() ? changes.timer_clears.front().key.stream
                                            : changes.claims.front().owner;
        return out;
    }
    out.stream = record.events.front().stream();
    for (const EventView& event : record.events) {
        if (event.stream_id == out.stream.id && event.stream_kind == out.stream.kind) {
            out.revision = event.revision;
        }
    }
    out.position = record.events.back().position;
    return out;
}

std::string without_payload(std::string_view bytes, std::size_t index) {
    Record record;
    const Result<std::monostate> read = read_record(bytes, record);
    SAMVEV_ASSERT(read.has_value());
    SAMVEV_ASSERT(index < record.events.size());
    record.events[index].payload_state = PayloadState::removed;
    record.events[index].payload = {};
    std::string out(bytes.substr(0, covered_size(bytes)));
    for (const EventView& event : record.events) {
        append_payload(out, event);
    }
    append_crc(out);
    return out;
}

}  // namespace samvev::store
