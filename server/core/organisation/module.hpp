#pragma once

#include <samvev/plugin.hpp>
#include <string_view>

#include "state.hpp"

// The module's parts: commands by stream, folding, and one function per view.
namespace samvev::organisation {

void evolve(Unit& unit, const Event& event);
void evolve(Staff& staff, const Event& event);

// decide_unit.cpp
void register_unit(const Unit& unit, const Command& command, Decision& decision);
void reorganise_unit(const Unit& unit, const Command& command, Decision& decision);
void close_unit(const Unit& unit, const Command& command, Decision& decision);
void appoint_leader(const Unit& unit, const Command& command, Decision& decision);
void hide_unit(const Unit& unit, const Command& command, Decision& decision);
void show_unit(const Unit& unit, const Command& command, Decision& decision);
void publish_service_card(const Unit& unit, const Command& command, Decision& decision);

// decide_staff.cpp
void register_staff(const Staff& staff, const Command& command, Decision& decision);
void link_person(const Staff& staff, const Command& command, Decision& decision);
void assign_staff_role(const Staff& staff, const Command& command, Decision& decision);
void end_staff_role(const Staff& staff, const Command& command, Decision& decision);
void end_lapsed_roles(const Staff& staff, const Command& command, Decision& decision);
void sign_confidentiality(const Staff& staff, const Command& command, Decision& decision);
void set_substitute(const Staff& staff, const Command& command, Decision& decision);

void project_unit_directory(json& document, const Event& event);
void project_staff_directory(json& document, const Event& event);

}  // namespace samvev::organisation
