#pragma once

#include <variant>

#include "base/result.hpp"
#include "store/commit.hpp"

namespace samvev::store {

// Whether a commit can be stored at all, whatever the log holds.

// too_large when an event's payload, the number of events or the bytes of payloads and timer data
// exceed limits::event_payload_bytes_max, commit_events_max, commit_bytes_max.
[[nodiscard]] Result<std::monostate> check_size(const Commit& commit);

// invalid_argument; the message says what is wrong and where.
[[nodiscard]] Result<std::monostate> check_shape(const Commit& commit);

}  // namespace samvev::store
