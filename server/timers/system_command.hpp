#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "dispatch/request.hpp"
#include "store/ids.hpp"

namespace samvev::timers {

// A command that the server sends for a module.
struct SystemCommand {
    store::TenantId tenant;
    std::string_view module;
    std::string_view role;  // "system:timer" or "system:reaction"
    std::string_view command;
    const store::StreamId& target;
    base::Uuid command_id;
    std::string_view data;  // JSON object of the module's making: spliced, not parsed
};
[[nodiscard]] dispatch::Request make_request(const SystemCommand& command);

// What an answer to such a command means for whoever sent it.
enum class Verdict {
    done,     // It counts: now, or when it was sent before.
    refused,  // For good: the same answer would come again.
    faulted,  // The module or the server broke; try a few times.
    later,    // Not now: try again.
};
[[nodiscard]] Verdict judge(const Result<std::string>& answer) noexcept;

}  // namespace samvev::timers
