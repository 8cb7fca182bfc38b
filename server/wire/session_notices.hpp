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
[[nodiscard]] std::string expiring_notice(const access::Actor& actor, base::Timestamp now);
[[nodiscard]] std::string draining_notice(std::chrono::milliseconds patience);

}  // namespace samvev::wire
