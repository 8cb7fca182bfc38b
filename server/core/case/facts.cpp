#include "facts.hpp"

#include <algorithm>

namespace samvev::cases {

bool StaffFacts::is_active(const std::string& today) const noexcept {
    const auto runs = [&](const auto& role) { return role.second.empty() || role.second >= today; };
    return registered &&
           (!had_role || std::any_of(running_until.begin(), running_until.end(), runs));
}

void to_json(json& out, const UnitFacts& unit) {
    out = {
        {"registered", unit.registered},
        {"external", unit.external},
        {"closed", unit.closed},
        {"leaderId", unit.leader_id},
    };
}

void from_json(const json& in, UnitFacts& unit) {
    in.at("registered").get_to(unit.registered);
    in.at("external").get_to(unit.external);
    in.at("closed").get_to(unit.closed);
    in.at("leaderId").get_to(unit.leader_id);
}

void to_json(json& out, const StaffFacts& staff) {
    out = {
        {"registered", staff.registered},
        {"runningUntil", staff.running_until},
        {"hadRole", staff.had_role},
    };
}

void from_json(const json& in, StaffFacts& staff) {
    in.at("registered").get_to(staff.registered);
    in.at("runningUntil").get_to(staff.running_until);
    in.at("hadRole").get_to(staff.had_role);
}

void evolve(UnitFacts& unit, const Event& event) {
    const Data& data = event.data();
    if (event.is("organisation.unit-registered")) {
        unit.registered = true;
        unit.external = data.get_or("external", false);
        unit.leader_id = data.get_or<std::string>("leaderId", "");
    } else if (event.is("organisation.unit-closed")) {
        unit.closed = true;
    } else if (event.is("organisation.leader-appointed")) {
        unit.leader_id = data.get_or("leaderId", unit.leader_id);
    }
}

void evolve(StaffFacts& staff, const Event& event) {
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

}  // namespace samvev::cases
