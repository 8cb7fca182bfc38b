#include "module.hpp"

#include <map>

#include "names.hpp"

namespace samvev::person {

namespace {

namespace command_name = names::person::command;
namespace view_name = names::person::view;

using Decide = void (*)(const Person&, const Command&, Decision&);

const std::map<std::string_view, Decide> commands{
    {command_name::register_person, &register_person},
    {command_name::register_unborn_child, &register_unborn_child},
    {command_name::record_birth, &record_birth},
    {command_name::record_death, &record_death},
    {command_name::link_identifier, &link_identifier},
    {command_name::correct_name, &correct_name},
    {command_name::set_language_needs, &set_language_needs},
    {command_name::set_address_protection, &set_address_protection},
    {command_name::propose_lower_protection, &propose_lower_protection},
    {command_name::approve_lower_protection, &approve_lower_protection},
    {command_name::record_guardian, &record_guardian},
    {command_name::end_guardian, &end_guardian},
    {command_name::restrict_contact, &restrict_contact},
    {command_name::lift_contact_restriction, &lift_contact_restriction},
    {command_name::give_proxy, &give_proxy},
    {command_name::end_proxy, &end_proxy},
    {command_name::record_care, &record_care},
    {command_name::end_care, &end_care},
};

}  // namespace

struct PersonModule : Module<PersonModule, Folds<"person", Person>> {
    static void decide(const Person& person, const Command& command, Decision& decision) {
        const auto found = commands.find(command.name());
        if (found == commands.end()) {
            return decision.unsupported();
        }
        found->second(person, command, decision);
    }
    static void evolve(Person& person, const Event& event) { person::evolve(person, event); }
    static void project(
        std::string_view view, std::string_view /*key*/, json& document, const Event& event
    ) {
        view == view_name::card ? project_card(document, event) : project_search(document, event);
    }
};

}  // namespace samvev::person

SAMVEV_BUILTIN_MODULE(person, samvev::person::PersonModule)
