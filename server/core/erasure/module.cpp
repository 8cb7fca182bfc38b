#include <map>

#include "decide.hpp"
#include "names.hpp"
#include "project.hpp"

namespace samvev::erasure {

namespace {

namespace command_name = names::erasure::command;

template <typename State>
using Commands = std::map<std::string_view, void (*)(const State&, const Command&, Decision&)>;

const Commands<Request> request_commands{
    {command_name::request, &request}, {command_name::confirm, &confirm},
    {command_name::reject, &reject},   {command_name::withdraw, &withdraw},
    {command_name::expire, &expire},   {command_name::complete, &complete},
    {command_name::fail, &fail},
};

const Commands<Hold> hold_commands{
    {command_name::place_hold, &place_hold},
    {command_name::release_hold, &release_hold},
};

template <typename State>
void run(
    const Commands<State>& commands, const State& state, const Command& command, Decision& decision
) {
    const auto found = commands.find(command.name());
    if (found == commands.end()) {
        return decision.unsupported();
    }
    found->second(state, command, decision);
}

}  // namespace

struct ErasureModule : Module<ErasureModule, Folds<"erasure", Request>, Folds<"legal-hold", Hold>> {
    static void decide(const Request& state, const Command& command, Decision& decision) {
        run(request_commands, state, command, decision);
    }
    static void decide(const Hold& state, const Command& command, Decision& decision) {
        run(hold_commands, state, command, decision);
    }
    static void evolve(Request& state, const Event& event) { erasure::evolve(state, event); }
    static void evolve(Hold& state, const Event& event) { erasure::evolve(state, event); }
    static void project(
        std::string_view view, std::string_view /*key*/, json& document, const Event& event
    ) {
        view == names::erasure::view::requests ? project_request(document, event)
                                               : project_hold(document, event);
    }
};

}  // namespace samvev::erasure

SAMVEV_BUILTIN_MODULE(erasure, samvev::erasure::ErasureModule)
