#include "views/document_row.hpp"

#include "store/bytes.hpp"

namespace samvev::views {
namespace {

constexpr std::uint8_t format = 0x01;

}  // namespace

std::string encode_document_row(std::span<const std::string> entries, std::string_view json) {
    std::string out;
    std::size_t size = 1 + 4 + json.size();
    for (const std::string& entry : entries) {
        size += 4 + entry.size();
    }
    out.reserve(size);
    store::ByteWriter writer(out);
    writer.u8(format);
    writer.u32(static_cast<std::uint32_t>(entries.size()));
    for (const std::string& entry : entries) {
        writer.u32(static_cast<std::uint32_t>(entry.size()));
        writer.bytes(entry);
    }
    writer.bytes(json);
    return out;
}

std::optional<DocumentRow> decode_document_row(std::string_view bytes) {
    store::ByteReader reader(bytes);
    const std::uint8_t found_format = reader.u8();
    const std::uint32_t count = reader.u32();
    if (!reader.ok() || found_format != format) {
        return std::nullopt;
    }
    DocumentRow row;
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        row.entries.push_back(reader.bytes(reader.u32()));
    }
    if (!reader.ok()) {
        return std::nullopt;
    }
    row.json = reader.rest();
    return row;
}

}  // namespace samvev::views
