#include "facts.hpp"

#include <algorithm>

#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RoleFacts, role, unit_id, from, until, ended)

namespace {

template <typename Condition>
bool any_role(const StaffFacts& staff, Condition&& condition) {
    return std::any_of(staff.roles.begin(), staff.roles.end(), [&](const auto& entry) {
        return condition(entry.second);
    });
}

void end_role(StaffFacts& staff, const Event& event) {
    const auto found = staff.roles.find(std::string(event.entity()));
    if (found != staff.roles.end()) {
        found->second.until = event.data().get_or<std::string>("endsOn", "");
        found->second.ended = found->second.until.empty();
    }
}

// The list of a staff member's cases, so that none is forgotten when they leave.
void evolve_duties(StaffFacts& staff, const Event& event) {
    const std::string case_id(event.entity());
    if (event.is(event_name::duty_taken)) {
        staff.duties[case_id] = event.data().get_or<std::string>("unitId", "");
    } else if (event.is(event_name::duty_dropped) || event.is(event_name::duty_returned)) {
        staff.duties.erase(case_id);
    }
}

}  // namespace

bool StaffFacts::is_active(const std::string& today) const noexcept {
    return registered && (roles.empty() || any_role(*this, [&](const RoleFacts& role) {
                              return !role.is_over(today);
                          }));
}

bool StaffFacts::works_in(const std::string& unit_id, const std::string& today) const noexcept {
    return any_role(*this, [&](const RoleFacts& role) {
        return role.unit_id == unit_id && role.runs(today);
    });
}

bool StaffFacts::is_child_coordinator_in(const std::string& unit_id, const std::string& today)
    const noexcept {
    return any_role(*this, [&](const RoleFacts& role) {
        return role.role == "child-coordinator" && role.unit_id == unit_id && role.runs(today);
    });
}

bool StaffFacts::has_left(const std::string& unit_id, const std::string& today) const noexcept {
    const bool was_there =
        any_role(*this, [&](const RoleFacts& role) { return role.unit_id == unit_id; });
    const bool is_there = any_role(*this, [&](const RoleFacts& role) {
        return role.unit_id == unit_id && !role.is_over(today);
    });
    return !is_active(today) || (was_there && !is_there);
}

void to_json(json& out, const UnitFacts& unit) {
    out = {
        {"registered", unit.registered}, {"external", unit.external}, {"closed", unit.closed},
        {"closesOn", unit.closes_on},    {"type", unit.type},         {"parentId", unit.parent_id},
        {"leaderId", unit.leader_id},
    };
}

void from_json(const json& in, UnitFacts& unit) {
    in.at("registered").get_to(unit.registered);
    in.at("external").get_to(unit.external);
    in.at("closed").get_to(unit.closed);
    in.at("closesOn").get_to(unit.closes_on);
    in.at("type").get_to(unit.type);
    in.at("parentId").get_to(unit.parent_id);
    in.at("leaderId").get_to(unit.leader_id);
}

void to_json(json& out, const StaffFacts& staff) {
    out = {{"registered", staff.registered}, {"roles", staff.roles}, {"duties", staff.duties}};
}

void from_json(const json& in, StaffFacts& staff) {
    in.at("registered").get_to(staff.registered);
    in.at("roles").get_to(staff.roles);
    in.at("duties").get_to(staff.duties);
}

void evolve(UnitFacts& unit, const Event& event) {
    const Data& data = event.data();
    if (event.is("organisation.unit-registered")) {
        unit.registered = true;
        unit.external = data.get_or("external", false);
        unit.type = data.get_or<std::string>("type", "");
        unit.parent_id = data.get_or<std::string>("parentId", "");
        unit.leader_id = data.get_or<std::string>("leaderId", "");
    } else if (event.is("organisation.unit-reorganised")) {
        unit.type = data.get_or("type", unit.type);
        unit.parent_id = data.get_or("parentId", unit.parent_id);
    } else if (event.is("organisation.unit-closed")) {
        unit.closed = true;
        unit.closes_on = data.get_or<std::string>("closesOn", "");
    } else if (event.is("organisation.leader-appointed")) {
        unit.leader_id = data.get_or("leaderId", unit.leader_id);
    }
}

void evolve(StaffFacts& staff, const Event& event) {
    if (event.is("organisation.staff-registered")) {
        staff.registered = true;
    } else if (event.is("organisation.staff-role-assigned")) {
        RoleFacts role;
        role.role = event.data().get_or<std::string>("role", "");
        role.unit_id = event.data().get_or<std::string>("unitId", "");
        role.from = event.data().get_or<std::string>("from", "");
        role.until = event.data().get_or<std::string>("until", "");
        staff.roles[std::string(event.entity())] = std::move(role);
    } else if (event.is("organisation.staff-role-ended")) {
        end_role(staff, event);
    } else {
        evolve_duties(staff, event);
    }
}

}  // namespace samvev::cases
