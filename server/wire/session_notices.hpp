#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "access/actor.hpp"
#include "wire/server_state.hpp"

namespace samvev::wire {

// What a session tells by itself; complete JSON-RPC notifications.

enum class Admission { authenticated, anonymous };
[[nodiscard]] std::string hello_notice(
    const ServerState& state, std::uint64_t connection, Admission admission
);
// What ends: a token can be renewed in the session, the session's age cannot.
enum class Expiring { token, session };
[[nodiscard]] std::string expiring_notice(base::Timestamp ends, base::Timestamp now, Expiring what);
[[nodiscard]] std::string draining_notice(std::chrono::milliseconds patience);

}  // namespace samvev::wire
