#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/ids.hpp"

namespace samvev::views {

// Where things stand in the table. Stored: never change.
//
//   key        = "v" tenant view row
//   tenant     = u32 big-endian
//   view       = id of the view, %x00
//   row        = %x00                             state of the view          -> view_state.hpp
//              | %x01 generation %x01 key         document                   -> document_row.hpp
//              | %x01 generation %x02 entry key   index entry                -> no value
//   generation = u32 big-endian, from 1
//   key        = the document's key
//   entry      = u8 place of the index in the manifest, one scalar for each of its fields
//                                                                            -> scalar_code.hpp
//
// A view is rebuilt as a generation of its own beside the one that answers. "Suffix" below is a key
// without what stands before `entry` or `key`: the same in every generation.

using GenerationNumber = std::uint32_t;

[[nodiscard]] std::string view_prefix(store::TenantId tenant, std::string_view view);

[[nodiscard]] std::string state_key(std::string_view view_prefix);
[[nodiscard]] std::string generation_prefix(
    std::string_view view_prefix, GenerationNumber generation
);
[[nodiscard]] std::string documents_prefix(
    std::string_view view_prefix, GenerationNumber generation
);
[[nodiscard]] std::string entries_prefix(std::string_view view_prefix, GenerationNumber generation);

// The first key behind all that start with `prefix`, which does not consist of %xFF alone.
[[nodiscard]] std::string prefix_end(std::string prefix);

// Splits the suffix of an index entry. Absent when it is not one of an index with `field_count`
// fields.
struct EntrySuffix {
    std::string_view entry;
    std::string_view document_key;
};
[[nodiscard]] std::optional<EntrySuffix> split_entry(
    std::string_view suffix, std::size_t field_count
) noexcept;

}  // namespace samvev::views
