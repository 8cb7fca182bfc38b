#include <algorithm>

#include "module.hpp"
#include "names.hpp"

namespace samvev::organisation {

namespace event_name = names::organisation::event;
namespace rejection = names::organisation::rejection;

namespace {

void require_unit(const Command& command, Decision& decision) {
    if (!command.data().has("unitId")) {
        return;
    }
    // A unit without a leader may be staffed: its leader is one of them.
    const auto unit = command.context<Unit>("unit");
    if (decision.require(unit && unit->registered, rejection::unit_unknown, "/unitId")) {
        decision.require(
            !unit->is_closed(to_text(command.today())), rejection::unit_closed, "/unitId"
        );
    }
}

// `from` and `until` are YYYY-MM-DD: text order is the order of days. Empty is without a bound.
void require_period(
    const std::string& from, const std::string& until, std::string_view field, Decision& decision
) {
    decision.require(until.empty() || from <= until, rejection::period_inverted, field);
}

// Who has one of these looks at everybody in the municipality.
void require_appointable(const Command& command, Decision& decision) {
    const auto role = command.data().get("role");
    if (role != "auditor" && role != "privacy-officer") {
        return;
    }
    decision.require(command.stream_id() != command.actor_id(), rejection::own_oversight, "/role");
    decision.require(
        command.has_role("administrator") || command.has_role("municipal-director"),
        rejection::oversight_not_yours, "/role"
    );
    decision.require(
        role != "auditor" || command.data().has("until"), rejection::auditor_without_end, "/until"
    );
}

// Due when the last day of the next role to run out is over: whoever follows the events learns of
// it then, without a calendar of their own.
void set_role_timer(const Staff& staff, Decision& decision) {
    std::string next;
    for (const auto& [id, assignment] : staff.assignments) {
        if (!assignment.ended && !assignment.until.empty()) {
            next = next.empty() ? assignment.until : std::min(next, assignment.until);
        }
    }
    if (next.empty()) {
        decision.clear_timer(names::organisation::timer::role_end);
        return;
    }
    const auto day_after = std::chrono::sys_days(parse_date(next)) + std::chrono::days(1);
    decision.set_timer(
        names::organisation::timer::role_end, oslo_midnight(Date(day_after)),
        names::organisation::command::end_lapsed_roles
    );
}

}  // namespace

void register_staff(const Staff& staff, const Command& command, Decision& decision) {
    if (!decision.require(!staff.registered, rejection::staff_exists)) {
        return;
    }
    require_unit(command, decision);
    if (const auto person = command.data().find("personId")) {
        decision.claim(names::organisation::claim::staff_of_person, *person);
    }
    decision.emit(event_name::staff_registered, 1, command.data().raw());
}

void link_person(const Staff& staff, const Command& command, Decision& decision) {
    const auto person = command.data().get("personId");
    if (person == staff.person_id) {
        return;
    }
    decision.require(command.stream_id() != command.actor_id(), rejection::own_link, "/personId");
    decision.require(
        staff.person_id.empty() || command.data().has("replacesReason"),
        rejection::other_person_linked, "/replacesReason"
    );
    if (!staff.person_id.empty()) {
        decision.release(names::organisation::claim::staff_of_person, staff.person_id);
    }
    decision.claim(names::organisation::claim::staff_of_person, person);
    decision.emit(event_name::staff_linked_to_person, 1, command.data().raw());
}

void assign_staff_role(const Staff& staff, const Command& command, Decision& decision) {
    const Data& data = command.data();
    const auto id = data.get("assignmentId");
    require_appointable(command, decision);
    require_unit(command, decision);
    require_period(
        data.get_or<std::string>("from", ""), data.get_or<std::string>("until", ""), "/until",
        decision
    );
    decision.require(
        !staff.assignments.contains(id), rejection::assignment_exists, "/assignmentId"
    );
    const std::string today = to_text(command.today());
    const bool has_it =
        std::any_of(staff.assignments.begin(), staff.assignments.end(), [&](const auto& entry) {
            const Assignment& other = entry.second;
            return other.runs(today) && other.role == data.get("role") &&
                   other.unit_id == data.get("unitId");
        });
    decision.require(!has_it, rejection::role_already_assigned, "/role");
    decision.emit(event_name::staff_role_assigned, 1, data.raw(), id);
    Staff after = staff;
    after.assignments[id].until = data.get_or<std::string>("until", "");
    set_role_timer(after, decision);
}

void end_staff_role(const Staff& staff, const Command& command, Decision& decision) {
    json data = command.data().raw();
    const auto id = command.data().get("assignmentId");
    const auto found = staff.assignments.find(id);
    if (!decision.require(
            found != staff.assignments.end(), rejection::assignment_unknown, "/assignmentId"
        )) {
        return;
    }
    decision.require(
        found->second.runs(to_text(command.today())), rejection::assignment_ended, "/assignmentId"
    );
    const std::string ends_on = command.data().get_or<std::string>("endsOn", "");
    require_period(found->second.from, ends_on, "/endsOn", decision);
    data["role"] = found->second.role;
    data["unitId"] = found->second.unit_id;
    decision.emit(event_name::staff_role_ended, 1, data, id);
    Staff after = staff;
    after.assignments[id].until = ends_on;
    after.assignments[id].ended = ends_on.empty();
    set_role_timer(after, decision);
}

void end_lapsed_roles(const Staff& staff, const Command& command, Decision& decision) {
    Staff after = staff;
    for (auto& [id, assignment] : after.assignments) {
        if (assignment.ended || assignment.runs(to_text(command.today()))) {
            continue;
        }
        assignment.ended = true;
        decision.emit(
            event_name::staff_role_lapsed, 1,
            {{"assignmentId", id}, {"role", assignment.role}, {"unitId", assignment.unit_id}}, id
        );
    }
    set_role_timer(after, decision);
}

void sign_confidentiality(const Staff& /*staff*/, const Command& command, Decision& decision) {
    json data = command.data().raw();
    if (!command.data().has("signedOn")) {
        data["signedOn"] = to_text(command.today());
    }
    decision.require(
        data["signedOn"] <= to_text(command.today()), rejection::date_in_future, "/signedOn"
    );
    decision.emit(event_name::confidentiality_declaration_signed, 1, data);
}

void set_substitute(const Staff& /*staff*/, const Command& command, Decision& decision) {
    const Data& data = command.data();
    if (decision.require(
            data.get("substituteId") != command.stream_id(), rejection::substitute_itself,
            "/substituteId"
        )) {
        const auto substitute = command.context<Staff>("substitute");
        if (decision.require(
                substitute && substitute->registered, rejection::staff_unknown, "/substituteId"
            )) {
            decision.require(
                substitute->is_active(to_text(command.today())), rejection::staff_inactive,
                "/substituteId"
            );
        }
    }
    require_period(data.get("from"), data.get_or<std::string>("until", ""), "/until", decision);
    decision.emit(event_name::substitute_set, 1, data.raw());
}

}  // namespace samvev::organisation
