#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "modules/registry.hpp"
#include "store/event.hpp"

namespace samvev::timers {

// Whether the module declares to react to events of that type.
[[nodiscard]] bool reacts_to(const modules::Module& module, std::string_view type) noexcept;

// How many reactions led to the event: 0 for what a person or a timer caused.
[[nodiscard]] int depth_of(const store::EventView& event) noexcept;

// The id of a command that is `depth` reactions away from a person. The depth is its last byte:
// there it survives every crash, and the events that the command causes carry it along.
[[nodiscard]] base::Uuid reaction_command_id(
    const store::EventView& event, std::string_view module, const modules::CommandOut& command,
    int depth
);

// What the module wants sent because of the event, which is brought to its newest version first.
// Fails with module_fault, also for a command that the manifest does not name for that event.
[[nodiscard]] Result<std::vector<modules::CommandOut>> react(
    const modules::Registry& registry, const modules::Module& module, const store::EventView& event
);

}  // namespace samvev::timers
