#pragma once

#include <memory>

#include "store/event_log.hpp"
#include "store/payload_seal.hpp"

namespace samvev::store {

// An event log that stores nothing personal in the clear: it seals payloads, timer data and
// snapshots before `inner` sees them, and opens them for readers. `inner` keeps and proves the
// sealed bytes; read without this decorator, it shows those.
//
// Readers see what was appended, with the envelope's key id and commitment and
// PayloadState::present; payload_size and payload_sha256 are of the stored bytes. Of an erased
// stream they see PayloadState::erased, no snapshots, and timers with the data {}. What is stored
// unsealed (before sealing was switched on) is read as it is. Appending to an erased stream fails
// with gone, also when the commit was sealed before the fence: the committer asks again. A retry
// of a command that was committed before still gets its answer.
//
// The listener is told of the access log's events as they are stored.
//
// Size limits are of what is appended, not of what it becomes.
//
// Concurrency: as EventLog. `seal` outlives it.
// Limitations: every event that is visited is opened, whether its payload is looked at or not.
[[nodiscard]] std::unique_ptr<EventLog> make_sealed_event_log(
    std::unique_ptr<EventLog> inner, PayloadSeal& seal
);

}  // namespace samvev::store
