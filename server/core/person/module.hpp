#pragma once

#include <samvev/plugin.hpp>
#include <string_view>

#include "state.hpp"

// The module's parts: commands by what they are about, folding, and one function per view.
namespace samvev::person {

void evolve(Person& person, const Event& event);

// decide_registration.cpp
void register_person(const Person& person, const Command& command, Decision& decision);
void register_unborn_child(const Person& person, const Command& command, Decision& decision);
void record_birth(const Person& person, const Command& command, Decision& decision);
void record_death(const Person& person, const Command& command, Decision& decision);

// decide_identity.cpp
void link_identifier(const Person& person, const Command& command, Decision& decision);
void correct_name(const Person& person, const Command& command, Decision& decision);
void set_language_needs(const Person& person, const Command& command, Decision& decision);
// Emits and claims a number that has been given with another command; rejects a wrong one at
// `field`.
void link_number(const Data& identifier, std::string_view field, Decision& decision);

// decide_protection.cpp
// Raises the level, or keeps it. Lowering takes two: one proposes, another approves.
void set_address_protection(const Person& person, const Command& command, Decision& decision);
void propose_lower_protection(const Person& person, const Command& command, Decision& decision);
void approve_lower_protection(const Person& person, const Command& command, Decision& decision);

// decide_relations.cpp
void record_guardian(const Person& person, const Command& command, Decision& decision);
void end_guardian(const Person& person, const Command& command, Decision& decision);
void restrict_contact(const Person& person, const Command& command, Decision& decision);
void lift_contact_restriction(const Person& person, const Command& command, Decision& decision);
void give_proxy(const Person& person, const Command& command, Decision& decision);
void end_proxy(const Person& person, const Command& command, Decision& decision);
void record_care(const Person& person, const Command& command, Decision& decision);
void end_care(const Person& person, const Command& command, Decision& decision);

void project_card(json& document, const Event& event);
void project_search(json& document, const Event& event);

}  // namespace samvev::person
