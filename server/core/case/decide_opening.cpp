#include "guards.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;
namespace rejection = names::case_::rejection;

namespace {

// Everything the opened case stands on: what the command says, completed by the concern before it.
json opened_with(const Case& state, const Command& command) {
    json data = without(command.data().raw(), {"consent", "basis"});
    const auto complete = [&](const char* member, std::string_view known) {
        if (!data.contains(member) && !known.empty()) {
            data[member] = known;
        }
    };
    complete("personId", state.person_id);
    complete("concernOwnerId", state.concern_owner.staff_id);
    complete("concernUnitId", state.concern_owner.unit_id);
    if (command.has_role("service:import")) {
        // An imported history does not say who owned the concern; the importing unit answers for
        // it.
        complete("concernUnitId", command.unit());
    }
    return data;
}

void require_concern_owner(const json& data, const Command& command, Decision& decision) {
    const bool imported = command.has_role("service:import");
    decision.require(
        imported || data.contains("concernOwnerId"), rejection::concern_owner_required,
        "/concernOwnerId"
    );
    decision.require(
        data.contains("concernUnitId"), rejection::concern_owner_required, "/concernUnitId"
    );
}

void require_cooperation(
    const Case& state, const json& data, const Command& command, Decision& decision
) {
    decision.require(
        data.contains("coordinatingUnitId"), rejection::coordinating_unit_required,
        "/coordinatingUnitId"
    );
    const bool now = command.data().has("consent") || command.data().has("basis");
    decision.require(
        now || has_basis(state, today_text(command)), rejection::basis_required, "/consent"
    );
}

void emit_permission(
    const Command& command, const char* member, const char* id, std::string_view event,
    Decision& decision
) {
    if (!command.data().has(member)) {
        return;
    }
    const Data permission(member, command.data().raw()[member]);
    require_period(
        permission.get_or<std::string>("from", ""), permission.get_or<std::string>("until", ""),
        "/" + std::string(member) + "/until", decision
    );
    decision.emit(event, 1, permission.raw(), permission.get(id));
}

}  // namespace

void raise_concern(const Case& state, const Command& command, Decision& decision) {
    if (!decision.require(state.phase == Phase::none, rejection::already_open)) {
        return;
    }
    require_staff(command, "concernOwnerId", "owner", decision);
    require_unit(command, "concernUnitId", "unit", decision);
    decision.emit(event_name::concern_raised, 1, command.data().raw());
}

void open_case(const Case& state, const Command& command, Decision& decision) {
    const bool fresh = state.phase == Phase::none || state.phase == Phase::concern;
    if (!decision.require(fresh, rejection::already_open)) {
        return;
    }
    const json data = opened_with(state, command);
    const int level = command.data().get<int>("level");
    require_same_person(state, command, decision);
    require_staff(command, "concernOwnerId", "owner", decision);
    require_unit(command, "concernUnitId", "ownerUnit", decision);
    require_unit(command, "coordinatingUnitId", "coordinatingUnit", decision);
    if (level == 0) {
        require_concern_owner(data, command, decision);
    } else {
        decision.require(data.contains("personId"), rejection::person_required, "/personId");
        require_coordinator(command, decision);
    }
    if (level >= 2) {
        require_cooperation(state, data, command, decision);
    }
    // At level 0 nobody coordinates yet: a coordinator named there would be forgotten.
    const json opened = level == 0 ? without(data, {"coordinatorId", "coordinatorUnitId"}) : data;
    decision.emit(event_name::case_opened, 1, opened);
    emit_permission(command, "consent", "consentId", event_name::consent_granted, decision);
    emit_permission(command, "basis", "basisId", event_name::statutory_basis_recorded, decision);
    claim_person(data.value("personId", ""), command, decision);
}

void identify_person(const Case& state, const Command& command, Decision& decision) {
    if (!require_alive(state, decision) || !require_same_person(state, command, decision)) {
        return;
    }
    if (!state.person_id.empty()) {
        return;
    }
    decision.emit(event_name::person_identified, 1, command.data().raw());
    if (state.phase != Phase::concern) {
        claim_person(command.data().get("personId"), command, decision);
    }
}

void reopen_case(const Case& state, const Command& command, Decision& decision) {
    if (!decision.require(state.phase == Phase::closed, rejection::not_closed)) {
        return;
    }
    json data = command.data().raw();
    data["level"] = state.level;
    if (state.level >= 1) {
        require_coordinator(command, decision);
    } else {
        data = without(data, {"coordinatorId", "coordinatorUnitId"});
    }
    decision.emit(event_name::case_reopened, 1, data);
    claim_person(state.person_id, command, decision);
}

}  // namespace samvev::cases
