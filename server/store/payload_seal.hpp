#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "store/commit.hpp"
#include "store/event_log.hpp"

namespace samvev::store {

// What is derived from a stream and kept in a table: documents of views, parked reactions.
struct DerivedText {
    LogId log;
    const StreamId& stream;
    std::string_view place;   // where it stands; it opens nowhere else
    std::string_view module;  // whose texts it is like
};

// Seals what is personal before it is stored, and opens it for those who read. The key is that of
// the stream; when it has been destroyed, what was sealed under it is absent for ever.
//
// Concurrency: [any thread] unless said.
// Sealing fails with gone when the stream is erased, opening with corrupt when something has been
// changed; both with unavailable when a key cannot be reached.
class PayloadSeal {
public:
    PayloadSeal() = default;
    PayloadSeal(const PayloadSeal&) = delete;
    PayloadSeal& operator=(const PayloadSeal&) = delete;
    virtual ~PayloadSeal() = default;

    // Puts the sealed payload, the key's id and its commitment in the place of the payload.
    [[nodiscard]] virtual Result<std::monostate> seal(
        LogId log, const StreamId& stream, NewEvent& event
    ) = 0;
    // The payload; absent when its key is destroyed. The event is sealed and its payload present.
    [[nodiscard]] virtual Result<std::optional<std::string>> open(
        LogId log, const EventView& event
    ) = 0;

    // The same for a timer's data, a snapshot's state and what is derived, which carry their key's
    // id themselves.
    [[nodiscard]] virtual Result<std::monostate> seal(LogId log, TimerSet& timer) = 0;
    [[nodiscard]] virtual Result<std::optional<std::string>> open(
        LogId log, const TimerSet& timer
    ) = 0;
    [[nodiscard]] virtual Result<std::monostate> seal(
        LogId log, const StreamId& stream, Snapshot& snapshot
    ) = 0;
    [[nodiscard]] virtual Result<std::optional<std::string>> open(
        LogId log, const StreamId& stream, const Snapshot& snapshot
    ) = 0;

    [[nodiscard]] virtual Result<std::string> seal(
        const DerivedText& text, std::string_view clear
    ) = 0;
    [[nodiscard]] virtual Result<std::optional<std::string>> open(
        const DerivedText& text, std::string_view sealed
    ) = 0;

    // Fails with gone when the stream is being or has been erased. Never waits. [committer]
    [[nodiscard]] virtual Result<std::monostate> permit(LogId log, const StreamId& stream) = 0;
};

}  // namespace samvev::store
