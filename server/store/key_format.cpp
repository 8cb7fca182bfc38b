#include "store/key_format.hpp"

#include <limits>

#include "base/assert.hpp"
#include "store/bytes.hpp"

namespace samvev::store::keys {

namespace {

constexpr std::uint8_t head_row_format = 1;
constexpr std::uint64_t sign_bit = 1ULL << 63U;

void write_log(ByteWriter& writer, LogId log) {
    writer.u32(log.tenant.value());
    writer.u8(static_cast<std::uint8_t>(log.kind));
}

LogId read_log(ByteReader& reader) {
    const TenantId tenant(reader.u32());
    return {tenant, static_cast<LogKind>(reader.u8())};
}

// `tag` and the log, with room for what follows.
std::string tagged(char tag, LogId log) {
    std::string out;
    out.reserve(96);
    out.push_back(tag);
    ByteWriter writer(out);
    write_log(writer, log);
    return out;
}

// Longer texts are refused by check_shape before they are stored, so a key cut short finds nothing;
// but looking one up must be possible.
void write_text(ByteWriter& writer, std::string_view text) {
    writer.text(text.substr(0, text_bytes_max));
}

void write_stream(ByteWriter& writer, const StreamId& stream) {
    write_text(writer, stream.kind);
    writer.uuid(stream.id);
}

void write_timer(ByteWriter& writer, const TimerKey& timer) {
    write_stream(writer, timer.stream);
    write_text(writer, timer.module);
    write_text(writer, timer.name);
}

std::uint64_t sortable(base::Timestamp time) {
    return static_cast<std::uint64_t>(time.time_since_epoch().count()) ^ sign_bit;
}

}  // namespace

std::string head(LogId log) {
    return tagged(head_tag, log);
}

LogId log_of_head(std::string_view key) {
    ByteReader reader(key.substr(1));
    const LogId log = read_log(reader);
    SAMVEV_ASSERT(reader.ok());
    return log;
}

std::string head_row(const Head& head) {
    std::string out;
    ByteWriter writer(out);
    writer.u8(head_row_format);
    writer.u64(head.epoch);
    writer.u64(head.cursor.next.value());
    writer.u32(head.cursor.ordinal);
    writer.digest(head.last_digest);
    return out;
}

std::optional<Head> read_head_row(std::string_view bytes) {
    ByteReader reader(bytes);
    const std::uint8_t format = reader.u8();
    Head head;
    head.epoch = reader.u64();
    head.cursor.next = Position(reader.u64());
    head.cursor.ordinal = reader.u32();
    head.last_digest = reader.digest();
    const bool known = reader.ok() && format == head_row_format;
    return known ? std::optional(head) : std::nullopt;
}

std::string log_prefix(LogId log) {
    std::string out;
    ByteWriter writer(out);
    write_log(writer, log);
    return out;
}

std::string record(LogId log, Cursor at) {
    std::string out = log_prefix(log);
    ByteWriter writer(out);
    writer.u64(at.next.value());
    writer.u32(at.ordinal);
    return out;
}

std::string record_end(LogId log, Position first) {
    return record(log, {first, std::numeric_limits<std::uint32_t>::max()});
}

std::string records_end(LogId log) {
    return record_end(log, Position(std::numeric_limits<std::uint64_t>::max()));
}

Cursor cursor_of_record(std::string_view key) {
    ByteReader reader(key);
    read_log(reader);
    const Position first(reader.u64());
    const std::uint32_t ordinal = reader.u32();
    SAMVEV_ASSERT(reader.ok());
    return {first, ordinal};
}

std::string stands_at(LogId log) {
    return tagged('p', log);
}

std::string cursor_row(Cursor cursor) {
    std::string out;
    ByteWriter writer(out);
    writer.u64(cursor.next.value());
    writer.u32(cursor.ordinal);
    return out;
}

std::optional<Cursor> read_cursor_row(std::string_view bytes) {
    ByteReader reader(bytes);
    const Position next(reader.u64());
    const std::uint32_t ordinal = reader.u32();
    return reader.ok() ? std::optional(Cursor{next, ordinal}) : std::nullopt;
}

std::string stream_head(LogId log, const StreamId& stream) {
    std::string out = tagged('s', log);
    ByteWriter writer(out);
    write_stream(writer, stream);
    return out;
}

std::string stream_event(LogId log, const StreamId& stream, Revision revision) {
    std::string out = tagged('e', log);
    ByteWriter writer(out);
    write_stream(writer, stream);
    writer.u64(revision.value());
    return out;
}

std::string event_id(LogId log, EventId id) {
    std::string out = tagged('i', log);
    ByteWriter(out).uuid(id.value());
    return out;
}

std::string command(LogId log, CommandId id, std::string_view actor) {
    std::string out = tagged('r', log);
    ByteWriter writer(out);
    writer.uuid(id.value());
    write_text(writer, actor);
    return out;
}

std::string claim(LogId log, const ClaimKey& claim) {
    std::string out = tagged('c', log);
    ByteWriter writer(out);
    writer.digest(claim.key);
    write_text(writer, claim.name);
    return out;
}

std::string claim_prefix(LogId log) {
    return tagged('c', log);
}

std::optional<ClaimKey> read_claim(std::string_view key) {
    ByteReader reader(key);
    reader.u8();
    read_log(reader);
    ClaimKey out;
    out.key = reader.digest();
    out.name = reader.text();
    return reader.ok() && reader.rest().empty() ? std::optional(std::move(out)) : std::nullopt;
}

std::string timer(LogId log, const TimerKey& timer) {
    std::string out = tagged('t', log);
    ByteWriter writer(out);
    write_timer(writer, timer);
    return out;
}

std::string due(LogId log, base::Timestamp due, const TimerKey& timer) {
    std::string out("d");
    ByteWriter writer(out);
    writer.u64(sortable(due));
    write_log(writer, log);
    write_timer(writer, timer);
    return out;
}

std::string due_end(base::Timestamp until) {
    const std::uint64_t last = sortable(until);
    if (last == std::numeric_limits<std::uint64_t>::max()) {
        return "e";
    }
    std::string out("d");
    ByteWriter(out).u64(last + 1);
    return out;
}

std::optional<DueKey> read_due(std::string_view key) {
    if (key.empty()) {
        return std::nullopt;
    }
    ByteReader reader(key.substr(1));
    DueKey out;
    const auto due = static_cast<std::int64_t>(reader.u64() ^ sign_bit);
    out.due = base::Timestamp(std::chrono::microseconds(due));
    out.log = read_log(reader);
    out.timer.stream.kind = reader.text();
    out.timer.stream.id = reader.uuid();
    out.timer.module = reader.text();
    out.timer.name = reader.text();
    return reader.ok() ? std::optional(std::move(out)) : std::nullopt;
}

std::string snapshot(LogId log, const StreamId& stream, std::string_view module) {
    std::string out = log_prefix(log);
    ByteWriter writer(out);
    write_stream(writer, stream);
    write_text(writer, module);
    return out;
}

}  // namespace samvev::store::keys
