#pragma once

#include <string>
#include <string_view>

#include "store/commit.hpp"
#include "store/event_log.hpp"

namespace samvev::store {

// What sealed bytes belong to: authenticated with them, so that nothing sealed can be moved to
// another place and still open. It holds what is known when sealing happens, which is before the
// committer gives revision and position: the event's id stands in for both, being unique in its
// log for ever, and the leaf of the history binds it to them. Whatever is decided again is sealed
// again.
//
// Stored: never change.
//   place            = u32 tenant, u8 LogKind, text stream kind, 16 stream id
//   event context    = 'e', place, 16 event id, text type, u32 version
//   timer context    = 't', place, text module, text name, 16 set by
//   snapshot context = 's', place, text module, u32 state version, u64 revision
//   derived context  = 'd', place, the row's place to the end

// Whose key seals it: one stream of one log.
struct KeyOwner {
    LogId log;
    StreamId stream;
    friend auto operator<=>(const KeyOwner&, const KeyOwner&) = default;
};

void append_place(std::string& out, const KeyOwner& owner);
[[nodiscard]] std::string event_context(
    const KeyOwner& owner, EventId id, std::string_view type, std::uint32_t version
);
[[nodiscard]] std::string timer_context(LogId log, const TimerSet& timer);
[[nodiscard]] std::string snapshot_context(const KeyOwner& owner, const Snapshot& snapshot);
[[nodiscard]] std::string derived_context(const KeyOwner& owner, std::string_view place);

}  // namespace samvev::store
