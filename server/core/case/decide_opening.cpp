#include "guards.hpp"
#include "level_clock.hpp"
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
        complete("concernUnitId", command.unit());
    }
    return data;
}

// At level 0 somebody owns the concern and has some days to decide the level. An imported history
// knows neither owner nor day; the importing unit answers for it.
void complete_level_zero(
    const Case& state, const Command& command, json& data, Decision& decision
) {
    if (command.has_role("service:import")) {
        decision.require(
            data.contains("concernUnitId"), rejection::concern_owner_required, "/concernUnitId"
        );
        require_staff(command, "concernOwnerId", "owner", decision);
        require_unit(command, "concernUnitId", "ownerUnit", decision);
        return;
    }
    require_concern_owner(command, "ownerUnit", decision);
    if (decision.rejected()) {
        return;
    }
    const std::string last_day = state.decide_by.empty() ? decide_by(command) : state.decide_by;
    data["decideBy"] = last_day;
    start_level_clock(last_day, data["concernUnitId"], decision);
}

void require_cooperation(
    const Case& state, const json& data, const Command& command, Decision& decision
) {
    decision.require(
        data.contains("coordinatingUnitId"), rejection::coordinating_unit_required,
        "/coordinatingUnitId"
    );
    require_basis(state, command, "/consent", decision);
}

}  // namespace

void raise_concern(const Case& state, const Command& command, Decision& decision) {
    if (!decision.require(state.phase == Phase::none, rejection::already_open)) {
        return;
    }
    require_staff(command, "concernOwnerId", "owner", decision);
    require_unit(command, "concernUnitId", "unit", decision);
    json raised = command.data().raw();
    raised["decideBy"] = decide_by(command);
    decision.emit(event_name::concern_raised, 1, raised);
    start_level_clock(raised["decideBy"], raised["concernUnitId"], decision);
}

void open_case(const Case& state, const Command& command, Decision& decision) {
    const bool fresh = state.phase == Phase::none || state.phase == Phase::concern;
    if (!decision.require(fresh, rejection::already_open)) {
        return;
    }
    json data = opened_with(state, command);
    const int level = command.data().get<int>("level");
    require_same_person(state, command, decision);
    require_unit(command, "coordinatingUnitId", "coordinatingUnit", decision);
    if (level == 0) {
        complete_level_zero(state, command, data, decision);
    } else {
        require_staff(command, "concernOwnerId", "owner", decision);
        require_unit(command, "concernUnitId", "ownerUnit", decision);
        decision.require(data.contains("personId"), rejection::person_required, "/personId");
        require_coordinator(command, decision);
    }
    if (level >= 2) {
        require_cooperation(state, data, command, decision);
    }
    // At level 0 nobody coordinates yet: a coordinator named there would be forgotten.
    const json opened = level == 0 ? without(data, {"coordinatorId", "coordinatorUnitId"}) : data;
    decision.emit(event_name::case_opened, 1, opened);
    emit_permissions(state, command, decision);
    if (level >= 1 && state.phase == Phase::concern) {
        stop_level_clock(decision);
    }
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
    json data = without(command.data().raw(), {"consent", "basis"});
    data["level"] = state.level;
    if (state.level >= 1) {
        require_coordinator(command, decision);
    } else {
        require_concern_owner(command, "ownerUnit", decision);
        data = without(data, {"coordinatorId", "coordinatorUnitId"});
        data["decideBy"] = decide_by(command);
    }
    if (state.level >= 2) {
        require_basis(state, command, "/consent", decision);
    }
    if (decision.rejected()) {
        return;
    }
    decision.emit(event_name::case_reopened, 1, data);
    emit_permissions(state, command, decision);
    if (state.level == 0) {
        start_level_clock(data["decideBy"], data["concernUnitId"], decision);
    }
    claim_person(state.person_id, command, decision);
}

}  // namespace samvev::cases
