#include "guards.hpp"

#include <algorithm>

#include "names.hpp"

namespace samvev::cases {

namespace rejection = names::case_::rejection;

namespace {

std::string pointer_to(const char* member) {
    return "/" + std::string(member);
}

}  // namespace

bool require_open(const Case& state, Decision& decision) {
    return decision.require(state.phase == Phase::open, rejection::not_open);
}

bool require_alive(const Case& state, Decision& decision) {
    return decision.require(state.is_alive(), rejection::closed);
}

bool require_coordinated(const Case& state, Decision& decision) {
    return decision.require(
        state.is_coordinated() && state.coordinator.has_value(), rejection::not_coordinated
    );
}

void require_new_id(
    const Case& state, const Command& command, const char* member, Decision& decision
) {
    decision.require(
        !state.knows_id(command.data().get(member)), rejection::id_in_use, pointer_to(member)
    );
}

bool require_staff(
    const Command& command, const char* member, const char* read, Decision& decision
) {
    if (!command.data().has(member)) {
        return true;
    }
    const auto staff = command.context<StaffFacts>(read);
    return decision.require(
               staff && staff->registered, rejection::staff_unknown, pointer_to(member)
           ) &&
           decision.require(
               staff->is_active(today_text(command)), rejection::staff_inactive, pointer_to(member)
           );
}

bool require_unit(
    const Command& command, const char* member, const char* read, Decision& decision
) {
    if (!command.data().has(member)) {
        return true;
    }
    const auto unit = command.context<UnitFacts>(read);
    return decision.require(
               unit && unit->registered, rejection::unit_unknown, pointer_to(member)
           ) &&
           decision.require(
               unit->is_open(today_text(command)), rejection::unit_not_open, pointer_to(member)
           );
}

void require_coordinator(const Command& command, Decision& decision) {
    for (const char* member : {"coordinatorId", "coordinatorUnitId"}) {
        decision.require(
            command.data().has(member), rejection::coordinator_required, pointer_to(member)
        );
    }
    require_staff(command, "coordinatorId", "coordinator", decision);
    require_unit(command, "coordinatorUnitId", "unit", decision);
}

void require_period(
    const std::string& from, const std::string& until, std::string_view field, Decision& decision
) {
    // Both are YYYY-MM-DD: text order is the order of days.
    decision.require(until.empty() || from <= until, rejection::period_inverted, field);
}

void require_participation_reason(
    const Data& participation, std::string_view field, Decision& decision
) {
    const auto code = participation.get("code");
    const bool needs_reason = code == "2.1" || code == "not-applicable";
    decision.require(
        !needs_reason || participation.has("reason"), rejection::participation_reason_required,
        field
    );
}

bool leads(const Command& command, std::string_view unit_id) {
    return command.has_role("leader") && command.unit() == unit_id;
}

void require_concern_owner(const Command& command, const char* unit_read, Decision& decision) {
    for (const char* member : {"concernOwnerId", "concernUnitId"}) {
        decision.require(
            command.data().has(member), rejection::concern_owner_required, pointer_to(member)
        );
    }
    require_staff(command, "concernOwnerId", "owner", decision);
    require_unit(command, "concernUnitId", unit_read, decision);
}

bool may_steer_coordination(const Case& state, const Command& command) {
    return (state.coordinator && state.coordinator->staff_id == command.actor_id()) ||
           command.has_role("leader") || command.has_role("coordinating-unit");
}

bool require_same_person(const Case& state, const Command& command, Decision& decision) {
    const auto person_id = command.data().find("personId");
    return decision.require(
        !person_id || state.person_id.empty() || state.person_id == *person_id,
        rejection::person_already_known, "/personId"
    );
}

void claim_person(const std::string& person_id, const Command& command, Decision& decision) {
    if (!person_id.empty() && !command.data().has("exceptionReason")) {
        decision.claim(names::case_::claim::open, person_id);
    }
}

namespace {

// A permission in the command: once, with a period that is not over.
Permission permission_in(const Data& data) {
    Permission out;
    out.from = data.get_or<std::string>("from", "");
    out.until = data.get_or<std::string>("until", "");
    return out;
}

void emit_permission(
    const Case& state, const Command& command, const char* member, const char* id,
    std::string_view event, Decision& decision
) {
    if (!command.data().has(member)) {
        return;
    }
    const Data data(member, command.data().raw()[member]);
    const Permission permission = permission_in(data);
    decision.require(
        !state.knows_id(data.get(id)), rejection::id_in_use, pointer_to(member) + pointer_to(id)
    );
    require_period(permission.from, permission.until, pointer_to(member) + "/until", decision);
    decision.emit(event, 1, data.raw(), data.get(id));
}

}  // namespace

void require_basis(
    const Case& state, const Command& command, std::string_view field, Decision& decision
) {
    const std::string today = today_text(command);
    const bool recorded =
        std::any_of(state.permissions.begin(), state.permissions.end(), [&](const auto& entry) {
            return entry.second.stands(today);
        });
    const auto stands_in_command = [&](const char* member) {
        return command.data().has(member) &&
               permission_in(Data(member, command.data().raw()[member])).stands(today);
    };
    decision.require(
        recorded || stands_in_command("consent") || stands_in_command("basis"),
        rejection::basis_required, field
    );
}

void emit_permissions(const Case& state, const Command& command, Decision& decision) {
    emit_permission(
        state, command, "consent", "consentId", names::case_::event::consent_granted, decision
    );
    emit_permission(
        state, command, "basis", "basisId", names::case_::event::statutory_basis_recorded, decision
    );
}

std::string today_text(const Command& command) {
    return to_text(command.today());
}

json without(json data, std::initializer_list<const char*> members) {
    for (const char* member : members) {
        data.erase(member);
    }
    return data;
}

}  // namespace samvev::cases
