#include "store/event_codec.hpp"

#include <utility>

#include "base/assert.hpp"

namespace samvev::store {

namespace {

constexpr std::uint8_t leaf_format = 1;

std::string pack_list(const std::vector<std::string>& texts) {
    SAMVEV_ASSERT(texts.size() <= 255);
    std::string out;
    ByteWriter writer(out);
    writer.u8(static_cast<std::uint8_t>(texts.size()));
    for (const std::string& text : texts) {
        writer.text(text);
    }
    return out;
}

std::string_view read_list(ByteReader& reader) {
    const std::string_view start = reader.rest();
    const std::size_t before = reader.offset();
    for (unsigned left = reader.u8(); left > 0 && reader.ok(); --left) {
        reader.text();
    }
    return reader.ok() ? start.substr(0, reader.offset() - before) : std::string_view();
}

EventView view_of(const Commit& commit, const StreamId& stream, const NewEvent& event) {
    EventView view;
    view.stream_kind = stream.kind;
    view.stream_id = stream.id;
    view.id = event.id;
    view.type = event.type;
    view.version = event.version;
    view.entity = event.entity;
    view.occurred_on = event.occurred_on;
    view.recorded_at = commit.recorded_at;
    view.command = commit.idempotency ? commit.idempotency->id : CommandId();
    view.actor = commit.actor.actor;
    view.role = commit.actor.role;
    view.unit = commit.actor.unit;
    view.on_behalf_of = commit.actor.on_behalf_of;
    view.topic = event.labels.topic;
    view.owner_unit = event.labels.owner_unit;
    view.confidentiality = event.labels.confidentiality;
    view.key_id = event.key_id;
    view.commitment = event.commitment;
    view.traceparent = event.traceparent;
    view.payload_sha256 = base::sha256(event.payload);
    view.payload = event.payload;
    return view;
}

}  // namespace

void append_stamp(std::string& out, const EventView& event) {
    ByteWriter writer(out);
    writer.u64(static_cast<std::uint64_t>(event.recorded_at.time_since_epoch().count()));
    writer.uuid(event.command.value());
    writer.text(event.actor);
    writer.text(event.role);
    writer.text(event.unit);
    writer.text(event.on_behalf_of);
}

void append_envelope(std::string& out, const EventView& event) {
    ByteWriter writer(out);
    writer.text(event.stream_kind);
    writer.uuid(event.stream_id);
    writer.u64(event.revision.value());
    writer.uuid(event.id.value());
    writer.text(event.type);
    writer.u32(event.version);
    writer.text(event.entity);
    writer.text(event.occurred_on);
    writer.text(event.topic);
    writer.bytes(event.subjects);
    writer.bytes(event.audience);
    writer.text(event.owner_unit);
    writer.u8(static_cast<std::uint8_t>(event.confidentiality));
    writer.text(event.key_id);
    writer.text(event.commitment);
    writer.text(event.traceparent);
    writer.u32(event.payload_size);
    writer.digest(event.payload_sha256);
}

void append_payload(std::string& out, const EventView& event) {
    SAMVEV_ASSERT(event.payload_form == PayloadForm::stored);  // What was opened is not stored.
    ByteWriter writer(out);
    writer.u8(static_cast<std::uint8_t>(event.payload_state));
    if (event.payload_state == PayloadState::present) {
        writer.bytes(event.payload);
    }
}

void append_leaf(std::string& out, const EventView& event) {
    ByteWriter writer(out);
    writer.u8(leaf_format);
    writer.u64(event.position.value());
    append_stamp(out, event);
    append_envelope(out, event);
}

void append_event(std::string& out, const EventView& event) {
    append_leaf(out, event);
    append_payload(out, event);
}

void read_stamp(ByteReader& reader, EventView& event) {
    const auto microseconds = static_cast<std::int64_t>(reader.u64());
    event.recorded_at = base::Timestamp(std::chrono::microseconds(microseconds));
    event.command = CommandId(reader.uuid());
    event.actor = reader.text();
    event.role = reader.text();
    event.unit = reader.text();
    event.on_behalf_of = reader.text();
}

void read_envelope(ByteReader& reader, EventView& event) {
    event.stream_kind = reader.text();
    event.stream_id = reader.uuid();
    event.revision = Revision(reader.u64());
    event.id = EventId(reader.uuid());
    event.type = reader.text();
    event.version = reader.u32();
    event.entity = reader.text();
    event.occurred_on = reader.text();
    event.topic = reader.text();
    event.subjects = read_list(reader);
    event.audience = read_list(reader);
    event.owner_unit = reader.text();
    event.confidentiality = static_cast<Confidentiality>(reader.u8());
    event.key_id = reader.text();
    event.commitment = reader.text();
    event.traceparent = reader.text();
    event.payload_size = reader.u32();
    event.payload_sha256 = reader.digest();
}

void read_payload(ByteReader& reader, EventView& event) {
    event.payload_state = static_cast<PayloadState>(reader.u8());
    const bool present = event.payload_state == PayloadState::present;
    event.payload = present ? reader.bytes(event.payload_size) : std::string_view();
}

Result<EventView> read_event(std::string_view bytes) {
    ByteReader reader(bytes);
    EventView event;
    const std::uint8_t format = reader.u8();
    event.position = Position(reader.u64());
    read_stamp(reader, event);
    read_envelope(reader, event);
    read_payload(reader, event);
    if (!reader.ok() || format != leaf_format || !reader.rest().empty()) {
        return fail(ErrorCode::corrupt, "a stored event is malformed");
    }
    return event;
}

EventView copy_event(const EventView& event, std::string& storage) {
    storage.clear();
    append_leaf(storage, event);
    storage.append(event.payload);
    ByteReader reader(storage);
    EventView copy;
    reader.u8();
    copy.position = Position(reader.u64());
    read_stamp(reader, copy);
    read_envelope(reader, copy);
    SAMVEV_ASSERT(reader.ok());
    copy.payload_state = event.payload_state;
    copy.payload_form = event.payload_form;
    copy.payload = reader.rest();
    return copy;
}

CommitViews::CommitViews(
    const Commit& commit, Position first, const std::vector<Revision>& first_revisions
) {
    SAMVEV_ASSERT(first_revisions.size() == commit.writes.size());
    std::size_t count = 0;
    for (const StreamWrite& write : commit.writes) {
        count += write.events.size();
    }
    lists_.reserve(2 * count);  // Views point into the strings: they must not move.
    views_.reserve(count);
    Position position = first;
    for (std::size_t i = 0; i < commit.writes.size(); ++i) {
        Revision revision = first_revisions[i];
        for (const NewEvent& event : commit.writes[i].events) {
            EventView view = view_of(commit, commit.writes[i].stream, event);
            view.position = position;
            view.revision = revision;
            view.subjects = lists_.emplace_back(pack_list(event.labels.subjects));
            view.audience = lists_.emplace_back(pack_list(event.labels.audience));
            view.payload_size = static_cast<std::uint32_t>(event.payload.size());
            views_.push_back(view);
            position = position.next();
            revision = revision.next();
        }
    }
}

}  // namespace samvev::store
