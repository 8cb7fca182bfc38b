#include "timers/reaction.hpp"

#include <algorithm>
#include <array>

#include "dispatch/event_input.hpp"

namespace samvev::timers {
namespace {

constexpr std::string_view reaction_role = "system:reaction";

bool contains(const std::vector<std::string>& texts, std::string_view text) noexcept {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

}  // namespace

bool reacts_to(const modules::Module& module, std::string_view type) noexcept {
    const auto& reactions = module.manifest().reactions;
    return std::any_of(reactions.begin(), reactions.end(), [&](const auto& reaction) {
        return contains(reaction.on, type);
    });
}

int depth_of(const store::EventView& event) noexcept {
    return event.role == reaction_role ? event.command.value().bytes().back() : 0;
}

base::Uuid reaction_command_id(
    const store::EventView& event, std::string_view module, const modules::CommandOut& command,
    int depth
) {
    const std::string event_id = event.id.value().text();
    const std::string target = command.stream_kind + "/" + command.stream_id;
    const std::array<std::string_view, 6> parts{"reaction",      event_id, module,
                                                command.command, target,   command.label};
    base::Uuid::Bytes bytes = base::derived_uuid(parts).bytes();
    bytes.back() = static_cast<std::uint8_t>(depth);
    return base::Uuid(bytes);
}

Result<std::vector<modules::CommandOut>> react(
    const modules::Registry& registry, const modules::Module& module, const store::EventView& event
) {
    dispatch::EventInputs inputs;
    SAMVEV_CHECK_OK(inputs.add(event, registry));
    SAMVEV_TRY(auto commands, module.react(inputs.events().front()));
    for (const modules::CommandOut& command : commands) {
        const auto& reactions = module.manifest().reactions;
        const bool is_declared =
            std::any_of(reactions.begin(), reactions.end(), [&](const auto& reaction) {
                return contains(reaction.on, event.type) &&
                       contains(reaction.sends, command.command);
            });
        if (!is_declared) {
            return fail(
                ErrorCode::module_fault, module.manifest().id + " answers " +
                                             std::string(event.type) + " with " + command.command +
                                             ", which its manifest does not declare."
            );
        }
        if (!base::Uuid::parse(command.stream_id)) {
            return fail(
                ErrorCode::module_fault, module.manifest().id + " sends " + command.command +
                                             " to a stream whose id is not a UUID."
            );
        }
    }
    return commands;
}

}  // namespace samvev::timers
