#include <map>

#include "decide.hpp"
#include "names.hpp"
#include "project.hpp"

namespace samvev::invitation {

namespace {

namespace command_name = names::invitation::command;

using Decide = void (*)(const Invitations& state, const Command& command, Decision& decision);

const std::map<std::string_view, Decide> commands{
    {command_name::invite, &invite},     {command_name::withdraw, &withdraw},
    {command_name::redeem, &redeem},     {command_name::lock, &lock},
    {command_name::sign_out, &sign_out}, {command_name::expire, &expire},
};

}  // namespace

struct InvitationModule
    : Module<InvitationModule, Folds<"case", Invitations>, Folds<"person", Person>> {
    static void decide(const Invitations& state, const Command& command, Decision& decision) {
        const auto found = commands.find(command.name());
        if (found == commands.end()) {
            return decision.unsupported();
        }
        found->second(state, command, decision);
    }
    static void evolve(Invitations& state, const Event& event) { invitation::evolve(state, event); }
    static void evolve(Person& person, const Event& event) { invitation::evolve(person, event); }
    static void project(
        std::string_view /*view*/, std::string_view /*key*/, json& document, const Event& event
    ) {
        project_invitation(document, event);
    }
};

}  // namespace samvev::invitation

SAMVEV_BUILTIN_MODULE(invitation, samvev::invitation::InvitationModule)
