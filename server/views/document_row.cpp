#include "views/document_row.hpp"

#include "store/bytes.hpp"

namespace samvev::views {
namespace {

constexpr std::uint8_t clear_format = 0x01;
constexpr std::uint8_t sealed_format = 0x02;

void append_entries(
    std::string& out, std::span<const std::string> entries, std::string_view document
) {
    std::size_t size = 4 + document.size();
    for (const std::string& entry : entries) {
        size += 4 + entry.size();
    }
    out.reserve(out.size() + size);
    store::ByteWriter writer(out);
    writer.u32(static_cast<std::uint32_t>(entries.size()));
    for (const std::string& entry : entries) {
        writer.u32(static_cast<std::uint32_t>(entry.size()));
        writer.bytes(entry);
    }
    writer.bytes(document);
}

}  // namespace

std::string encode_document_row(std::span<const std::string> entries, std::string_view json) {
    std::string out;
    store::ByteWriter(out).u8(clear_format);
    append_entries(out, entries, json);
    return out;
}

std::string encode_sealed_row(
    const store::StreamId& sealed_for, std::span<const std::string> entries, std::string_view sealed
) {
    std::string out;
    store::ByteWriter writer(out);
    writer.u8(sealed_format);
    writer.text(sealed_for.kind);
    writer.uuid(sealed_for.id);
    append_entries(out, entries, sealed);
    return out;
}

std::optional<DocumentRow> decode_document_row(std::string_view bytes) {
    store::ByteReader reader(bytes);
    DocumentRow row;
    const std::uint8_t format = reader.u8();
    if (format == sealed_format) {
        store::StreamId stream;
        stream.kind = reader.text();
        stream.id = reader.uuid();
        row.sealed_for = std::move(stream);
    }
    const std::uint32_t count = reader.u32();
    if (!reader.ok() || (format != clear_format && format != sealed_format)) {
        return std::nullopt;
    }
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        row.entries.push_back(reader.bytes(reader.u32()));
    }
    if (!reader.ok()) {
        return std::nullopt;
    }
    row.document = reader.rest();
    return row;
}

}  // namespace samvev::views
