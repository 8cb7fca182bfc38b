#include <map>

#include "decide.hpp"
#include "names.hpp"
#include "project.hpp"

namespace samvev::break_glass {

namespace {

namespace command_name = names::break_glass::command;

using Decide = void (*)(const Emergencies& state, const Command& command, Decision& decision);

const std::map<std::string_view, Decide> commands{
    {command_name::start, &start},
    {command_name::end, &end},
    {command_name::review, &review},
    {command_name::remind, &remind},
};

}  // namespace

struct BreakGlassModule
    : Module<BreakGlassModule, Folds<"case", Emergencies>, Folds<"unit", Unit>> {
    static void decide(const Emergencies& state, const Command& command, Decision& decision) {
        const auto found = commands.find(command.name());
        if (found == commands.end()) {
            return decision.unsupported();
        }
        found->second(state, command, decision);
    }
    static void evolve(Emergencies& state, const Event& event) {
        break_glass::evolve(state, event);
    }
    static void evolve(Unit& unit, const Event& event) { break_glass::evolve(unit, event); }
    static void project(
        std::string_view view, std::string_view /*key*/, json& document, const Event& event
    ) {
        if (view == names::break_glass::view::emergencies) {
            project_emergency(document, event);
        } else {
            project_waiting(document, event);
        }
    }
};

}  // namespace samvev::break_glass

SAMVEV_BUILTIN_MODULE(break_glass, samvev::break_glass::BreakGlassModule)
