#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "store/ids.hpp"
#include "views/key_format.hpp"

namespace samvev::views {

// One set of documents of a view, folded up to a position.
struct Generation {
    GenerationNumber number = 1;
    std::uint32_t version = 1;  // of the view, as the manifest had it
    base::Digest definition{};  // of what decides which events become which rows
    std::uint64_t epoch = 0;    // of the log it was folded from
    store::Position position;   // everything before it is in the documents
    friend bool operator==(const Generation&, const Generation&) = default;
};

// What is known of a view of a tenant; written in the batch that changes its documents.
// Stored: never change; another shape gets another format byte.
//
//   state      = %x01 has_building generation [generation]     ; the answering one, the one being
//   built has_building = %x00 / %x01 generation = number:u32 version:u32 definition:32OCTET
//   epoch:u64 position:u64   ; big-endian
struct ViewState {
    Generation active;
    std::optional<Generation> building;
    friend bool operator==(const ViewState&, const ViewState&) = default;
};

[[nodiscard]] std::string encode_view_state(const ViewState& state);
// Absent when the bytes are not a state.
[[nodiscard]] std::optional<ViewState> decode_view_state(std::string_view bytes);

}  // namespace samvev::views
