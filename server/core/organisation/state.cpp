#include "state.hpp"

#include <algorithm>

namespace samvev::organisation {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Assignment, role, unit_id, from, until, ended)

bool Staff::is_active(const std::string& today) const noexcept {
    const auto runs = [&](const auto& entry) { return entry.second.runs(today); };
    return registered &&
           (assignments.empty() || std::any_of(assignments.begin(), assignments.end(), runs));
}

void to_json(json& out, const Unit& unit) {
    out = {
        {"registered", unit.registered}, {"external", unit.external}, {"closed", unit.closed},
        {"closesOn", unit.closes_on},    {"type", unit.type},         {"leaderId", unit.leader_id},
        {"hidden", unit.hidden},
    };
}

void from_json(const json& in, Unit& unit) {
    in.at("registered").get_to(unit.registered);
    in.at("external").get_to(unit.external);
    in.at("closed").get_to(unit.closed);
    in.at("closesOn").get_to(unit.closes_on);
    in.at("type").get_to(unit.type);
    in.at("leaderId").get_to(unit.leader_id);
    in.at("hidden").get_to(unit.hidden);
}

void to_json(json& out, const Staff& staff) {
    out = {
        {"registered", staff.registered},
        {"personId", staff.person_id},
        {"assignments", staff.assignments},
    };
}

void from_json(const json& in, Staff& staff) {
    in.at("registered").get_to(staff.registered);
    in.at("personId").get_to(staff.person_id);
    in.at("assignments").get_to(staff.assignments);
}

}  // namespace samvev::organisation
