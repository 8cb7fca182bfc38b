#include "module.hpp"

#include <map>

#include "names.hpp"

namespace samvev::organisation {

namespace {

namespace command_name = names::organisation::command;
namespace view_name = names::organisation::view;

template <typename State>
using Commands = std::map<std::string_view, void (*)(const State&, const Command&, Decision&)>;

const Commands<Unit> unit_commands{
    {command_name::register_unit, &register_unit},
    {command_name::reorganise_unit, &reorganise_unit},
    {command_name::close_unit, &close_unit},
    {command_name::appoint_leader, &appoint_leader},
    {command_name::hide_unit, &hide_unit},
    {command_name::show_unit, &show_unit},
    {command_name::publish_service_card, &publish_service_card},
};

const Commands<Staff> staff_commands{
    {command_name::register_staff, &register_staff},
    {command_name::link_person, &link_person},
    {command_name::assign_staff_role, &assign_staff_role},
    {command_name::end_staff_role, &end_staff_role},
    {command_name::end_lapsed_roles, &end_lapsed_roles},
    {command_name::sign_confidentiality, &sign_confidentiality},
    {command_name::set_substitute, &set_substitute},
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

struct OrganisationModule : Module<OrganisationModule, Folds<"unit", Unit>, Folds<"staff", Staff>> {
    static void decide(const Unit& unit, const Command& command, Decision& decision) {
        run(unit_commands, unit, command, decision);
    }
    static void decide(const Staff& staff, const Command& command, Decision& decision) {
        run(staff_commands, staff, command, decision);
    }
    static void evolve(Unit& unit, const Event& event) { organisation::evolve(unit, event); }
    static void evolve(Staff& staff, const Event& event) { organisation::evolve(staff, event); }
    static void project(
        std::string_view view, std::string_view /*key*/, json& document, const Event& event
    ) {
        view == view_name::unit_directory ? project_unit_directory(document, event)
                                          : project_staff_directory(document, event);
    }
};

}  // namespace samvev::organisation

SAMVEV_BUILTIN_MODULE(organisation, samvev::organisation::OrganisationModule)
