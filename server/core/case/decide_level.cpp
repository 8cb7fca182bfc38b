#include "guards.hpp"
#include "level_clock.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;
namespace rejection = names::case_::rejection;

namespace {

void require_for_level(const Case& state, int level, const Command& command, Decision& decision) {
    const Data& data = command.data();
    if (level == 0) {
        require_concern_owner(command, "ownerUnit", decision);
    } else {
        require_staff(command, "concernOwnerId", "owner", decision);
        require_unit(command, "concernUnitId", "ownerUnit", decision);
        decision.require(
            !state.person_id.empty() || data.has("personId"), rejection::person_required,
            "/personId"
        );
    }
    if (level >= 1 && state.level == 0) {
        require_coordinator(command, decision);
    } else {
        // The coordinator is moved by a handover, never in passing.
        decision.require(
            !data.has("coordinatorId"), rejection::coordinator_present, "/coordinatorId"
        );
    }
    if (level >= 2) {
        decision.require(
            !state.coordinating_unit_id.empty() || data.has("coordinatingUnitId"),
            rejection::coordinating_unit_required, "/coordinatingUnitId"
        );
        require_basis(state, command, "", decision);
    }
}

void emit_participation(const Data& participation, Decision& decision) {
    json data = participation.raw();
    data["context"] = "level";
    decision.emit(
        event_name::participation_recorded, 1, data, participation.get("participationId")
    );
}

// What stands before the level: at every point in between the old level's invariants hold.
void emit_preparations(const Case& state, int level, const Command& command, Decision& decision) {
    const Data& data = command.data();
    const std::string reason = data.get("reason");
    if (data.has("personId") && state.person_id.empty()) {
        json person = {{"personId", data.get("personId")}};
        if (data.has("exceptionReason")) {
            person["exceptionReason"] = data.get("exceptionReason");
        }
        decision.emit(event_name::person_identified, 1, person);
        claim_person(data.get("personId"), command, decision);
    }
    if (data.has("coordinatingUnitId")) {
        decision.emit(
            event_name::coordinating_service_assigned, 1,
            {{"coordinatingUnitId", data.get("coordinatingUnitId")}, {"reason", reason}}
        );
    }
    if (level >= 1 && state.level == 0) {
        decision.emit(
            event_name::coordinator_appointed, 1,
            {{"coordinatorId", data.get("coordinatorId")},
             {"coordinatorUnitId", data.get("coordinatorUnitId")},
             {"reason", reason}}
        );
    }
    if (level == 0 && state.handover) {
        decision.emit(
            event_name::handover_withdrawn, 1,
            {{"handoverId", state.handover->id}, {"reason", reason}}, state.handover->id
        );
        decision.clear_timer(names::case_::timer::handover_answer);
    }
}

}  // namespace

void set_level(const Case& state, const Command& command, Decision& decision) {
    if (!require_open(state, decision)) {
        return;
    }
    const Data& data = command.data();
    const int level = data.get<int>("level");
    const Data participation("participation", data.raw()["participation"]);
    const auto participation_id = participation.get("participationId");
    decision.require(level != state.level, rejection::level_unchanged, "/level");
    decision.require(
        !state.knows_id(participation_id), rejection::id_in_use, "/participation/participationId"
    );
    require_participation_reason(participation, "/participation/reason", decision);
    require_same_person(state, command, decision);
    require_unit(command, "coordinatingUnitId", "coordinatingUnit", decision);
    require_for_level(state, level, command, decision);
    if (decision.rejected()) {
        return;
    }
    emit_participation(participation, decision);
    emit_preparations(state, level, command, decision);
    json set = {
        {"level", level},
        {"previousLevel", state.level},
        {"reason", data.get("reason")},
        {"participationId", participation_id},
    };
    for (const char* member : {"concernOwnerId", "concernUnitId"}) {
        if (data.has(member)) {
            set[member] = data.get(member);
        }
    }
    if (level == 0) {
        set["decideBy"] = decide_by(command);
        start_level_clock(set["decideBy"], data.get("concernUnitId"), decision);
    } else if (state.level == 0) {
        stop_level_clock(decision);
    }
    decision.emit(event_name::level_set, 1, set);
}

}  // namespace samvev::cases
