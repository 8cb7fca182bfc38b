#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/ids.hpp"

namespace samvev::views {

// A document as it stands in the table, with the index entries that point to it, so that they can
// be taken out again without knowing how they came about, and an entry that was read a moment ago
// can be checked. Stored: never change; another shape gets another format byte.
//
//   row    = %x01 count *count(size entry) json
//          | %x02 stream count *count(size entry) sealed
//   count  = u32 big-endian
//   size   = u32 big-endian, bytes of the entry                          -> key_format.hpp
//   json   = the document as the module gave it, to the end
//   stream = u8 size, kind, 16 id: whose key seals the document
//   sealed = the document, sealed at the row's key, to the end           -> store/payload_seal.hpp
struct DocumentRow {
    std::vector<std::string_view> entries;      // sorted, distinct
    std::optional<store::StreamId> sealed_for;  // absent: in the clear
    std::string_view document;                  // sealed or not
};

[[nodiscard]] std::string encode_document_row(
    std::span<const std::string> entries, std::string_view json
);
[[nodiscard]] std::string encode_sealed_row(
    const store::StreamId& sealed_for, std::span<const std::string> entries, std::string_view sealed
);

// Points into `bytes`. Absent when the bytes are not a row.
[[nodiscard]] std::optional<DocumentRow> decode_document_row(std::string_view bytes);

}  // namespace samvev::views
