#include <map>

#include "decide.hpp"
#include "names.hpp"
#include "project.hpp"

namespace samvev::privacy {

namespace {

namespace command_name = names::privacy::command;

using Decide = void (*)(const Privacy& state, const Command& command, Decision& decision);

const std::map<std::string_view, Decide> commands{
    {command_name::withhold_item, &withhold_item},
    {command_name::release_item, &release_item},
    {command_name::block_access, &block_access},
    {command_name::unblock_access, &unblock_access},
};

}  // namespace

struct PrivacyModule : Module<PrivacyModule, Folds<"case", Privacy>> {
    static void decide(const Privacy& state, const Command& command, Decision& decision) {
        const auto found = commands.find(command.name());
        if (found == commands.end()) {
            return decision.unsupported();
        }
        found->second(state, command, decision);
    }
    static void evolve(Privacy& state, const Event& event) { privacy::evolve(state, event); }
    static void project(
        std::string_view view, std::string_view /*key*/, json& document, const Event& event
    ) {
        view == names::privacy::view::waiting ? project_waiting(document, event)
                                              : project_kept(document, event);
    }
};

}  // namespace samvev::privacy

SAMVEV_BUILTIN_MODULE(privacy, samvev::privacy::PrivacyModule)
