#include "facts.hpp"

#include <algorithm>

namespace samvev::coordination {

bool StaffFacts::is_active(const std::string& today) const noexcept {
    const auto runs = [&](const auto& role) { return role.second.empty() || role.second >= today; };
    return registered &&
           (!had_role || std::any_of(running_until.begin(), running_until.end(), runs));
}

void to_json(json& out, const UnitFacts& unit) {
    out = {{"registered", unit.registered}, {"closed", unit.closed}};
}

void from_json(const json& in, UnitFacts& unit) {
    in.at("registered").get_to(unit.registered);
    in.at("closed").get_to(unit.closed);
}

void to_json(json& out, const StaffFacts& staff) {
    out = {
        {"registered", staff.registered},
        {"hadRole", staff.had_role},
        {"runningUntil", staff.running_until},
    };
}

void from_json(const json& in, StaffFacts& staff) {
    in.at("registered").get_to(staff.registered);
    in.at("hadRole").get_to(staff.had_role);
    in.at("runningUntil").get_to(staff.running_until);
}

void evolve_unit(UnitFacts& unit, const Event& event) {
    if (event.is("organisation.unit-registered")) {
        unit.registered = true;
    } else if (event.is("organisation.unit-closed")) {
        unit.closed = true;
    }
}

void evolve_staff(StaffFacts& staff, const Event& event) {
    if (event.is("organisation.staff-registered")) {
        staff.registered = true;
    } else if (event.is("organisation.staff-role-assigned")) {
        staff.had_role = true;
        staff.running_until[std::string(event.entity())] =
            event.data().get_or<std::string>("until", "");
    } else if (event.is("organisation.staff-role-ended")) {
        staff.running_until.erase(std::string(event.entity()));
    }
}

}  // namespace samvev::coordination
