#include "store/keys/key_rows.hpp"

#include "base/assert.hpp"
#include "store/bytes.hpp"

namespace samvev::store::key_rows {

namespace {

constexpr std::uint8_t row_format = 1;

std::string tagged(char tag, const KeyOwner& owner) {
    std::string out(1, tag);
    append_place(out, owner);
    return out;
}

KeyOwner read_place(ByteReader& reader) {
    KeyOwner out;
    out.log.tenant = TenantId(reader.u32());
    out.log.kind = static_cast<LogKind>(reader.u8());
    out.stream.kind = reader.text();
    out.stream.id = reader.uuid();
    return out;
}

bool is_whole(const ByteReader& reader) {
    return reader.ok() && reader.rest().empty();
}

}  // namespace

std::string key(const KeyId& id) {
    return std::string(1, key_tag) + id.value();
}

KeyId id_of(std::string_view key) {
    return KeyId(std::string(key.substr(1)));
}

std::string stream(const KeyOwner& owner) {
    return tagged(stream_tag, owner);
}

std::string closed(const KeyOwner& owner) {
    return tagged(closed_tag, owner);
}

std::optional<KeyOwner> owner_of(std::string_view key) {
    ByteReader reader(key);
    reader.u8();
    KeyOwner out = read_place(reader);
    return is_whole(reader) ? std::optional(std::move(out)) : std::nullopt;
}

std::string dictionary(DictionaryId id) {
    std::string out(1, dictionary_tag);
    ByteWriter(out).u64(id.value());
    return out;
}

std::string write(const KeyRow& row) {
    std::string out;
    ByteWriter writer(out);
    writer.u8(row_format);
    writer.text(row.master.value());
    writer.u8(row.owner ? 1 : 0);
    if (row.owner) {
        append_place(out, *row.owner);
    }
    writer.text(row.wrapped);
    return out;
}

std::string write(const StreamKeysRow& row) {
    std::string out;
    ByteWriter writer(out);
    writer.u8(row_format);
    writer.u8(static_cast<std::uint8_t>(row.state));
    writer.text(row.basis);
    writer.u64(static_cast<std::uint64_t>(row.at.time_since_epoch().count()));
    writer.u16(static_cast<std::uint16_t>(row.keys.size()));
    for (const KeyId& id : row.keys) {
        writer.text(id.value());
    }
    return out;
}

std::string write(const AppliedRow& row) {
    std::string out;
    ByteWriter writer(out);
    writer.u64(row.count);
    writer.text(row.chain);
    return out;
}

std::string write(const std::vector<MasterKeyId>& masters) {
    SAMVEV_ASSERT(masters.size() <= 255);
    std::string out;
    ByteWriter writer(out);
    writer.u8(static_cast<std::uint8_t>(masters.size()));
    for (const MasterKeyId& id : masters) {
        writer.text(id.value());
    }
    return out;
}

std::optional<KeyRow> read_key(std::string_view bytes) {
    ByteReader reader(bytes);
    KeyRow out;
    const std::uint8_t format = reader.u8();
    out.master = MasterKeyId(std::string(reader.text()));
    if (reader.u8() != 0) {
        out.owner = read_place(reader);
    }
    out.wrapped = reader.text();
    return is_whole(reader) && format == row_format ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<StreamKeysRow> read_stream(std::string_view bytes) {
    ByteReader reader(bytes);
    StreamKeysRow out;
    const std::uint8_t format = reader.u8();
    const std::uint8_t state = reader.u8();
    out.state = static_cast<KeyState>(state);
    out.basis = reader.text();
    out.at = base::Timestamp(std::chrono::microseconds(static_cast<std::int64_t>(reader.u64())));
    for (unsigned left = reader.u16(); left > 0 && reader.ok(); --left) {
        out.keys.emplace_back(std::string(reader.text()));
    }
    const bool valid = is_whole(reader) && format == row_format &&
                       state <= static_cast<std::uint8_t>(KeyState::destroyed);
    return valid ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<AppliedRow> read_applied(std::string_view bytes) {
    ByteReader reader(bytes);
    AppliedRow out;
    out.count = reader.u64();
    out.chain = reader.text();
    return is_whole(reader) ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<std::vector<MasterKeyId>> read_masters(std::string_view bytes) {
    ByteReader reader(bytes);
    std::vector<MasterKeyId> out;
    for (unsigned left = reader.u8(); left > 0 && reader.ok(); --left) {
        out.emplace_back(std::string(reader.text()));
    }
    return is_whole(reader) ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace samvev::store::key_rows
