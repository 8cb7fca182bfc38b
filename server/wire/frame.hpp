#pragma once

#include <simdjson.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace samvev::wire {

// One JSON-RPC 2.0 request object as it came. The views point into the frame or the reader and hold
// until the next read().
struct FrameEntry {
    enum class Kind { request, notification, invalid };
    enum class Params { absent, object, array };

    Kind kind = Kind::invalid;
    std::string_view id;      // the JSON text, byte for byte; "null" when none could be read
    std::string_view method;  // decoded
    Params params_kind = Params::absent;
    std::string_view params_text;           // the JSON text; empty when absent
    simdjson::dom::element params_element;  // valid unless absent
    std::optional<Error> error;             // why it is invalid, or why its params are
};

struct Frame {
    bool is_batch = false;
    std::optional<Error> error;  // the whole frame cannot be read; no entries then
    std::vector<FrameEntry> entries;
};

// Reads frames: strict JSON (UTF-8, no duplicate keys, at most json_depth_max deep), then JSON-RPC
// envelopes. Ids are strings of at most id_bytes_max or integers of 64 bits.
// Errors have code invalid_argument with data.reason "parse_error", "invalid_request" or none
// (params).
class FrameReader {
public:
    FrameReader();

    // `text` has simdjson::SIMDJSON_PADDING readable bytes after its end. The result holds until
    // the next call.
    [[nodiscard]] const Frame& read(std::string_view text);

private:
    [[nodiscard]] FrameEntry read_entry(simdjson::dom::element element, std::string_view text);

    simdjson::dom::parser parser_;
    Frame frame_;
    std::vector<std::string_view> names_;  // scratch for the duplicate check
};

}  // namespace samvev::wire
