#include <samvev/working_days.hpp>

#include "guards.hpp"
#include "handover.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;
namespace rejection = names::case_::rejection;

namespace {

// Who answers for a unit of that kind.
std::string_view role_of(const UnitFacts& unit) {
    return unit.type == "municipality" ? "municipal-director"
           : unit.type == "division"   ? "division-head"
                                       : "leader";
}

// Whose leader is asked next: up the tree, and at its top once more. An external unit hangs outside
// the tree; after it those above the coordinator are asked.
std::string next_above(const Case& state, const std::string& unit_id, const UnitFacts& unit) {
    if (!unit.parent_id.empty()) {
        return unit.parent_id;
    }
    return unit.external ? state.coordinator->unit_id : unit_id;
}

// The receiving leader decides for their own unit at any time; one above both units only when the
// receiver has let the time pass. Nobody else: least of all the sender's own leader.
bool require_decider(const Case& state, const Command& command, Decision& decision) {
    if (leads(command, state.handover->to.unit_id)) {
        return true;
    }
    const bool above = command.has_role("division-head") ||
                       command.has_role("municipal-director") ||
                       command.has_role("coordinating-unit");
    const bool passed =
        state.handover->step >= 1 || state.handover->answer_by < today_text(command);
    return decision.require(above, rejection::not_above_both_units) &&
           decision.require(
               passed, rejection::answer_time_left, "/handoverId",
               {{"answerBy", state.handover->answer_by}}
           );
}

// Nothing hangs until somebody is named: the receiving leader is coordinator at once.
bool require_leader(const Command& command, Decision& decision) {
    if (!require_unit(command, "toUnitId", "unit", decision)) {
        return false;
    }
    const auto unit = command.context<UnitFacts>("unit");
    if (!decision.require(!unit->leader_id.empty(), rejection::unit_without_leader, "/toUnitId") ||
        !decision.require(
            command.data().find("leaderId") == unit->leader_id, rejection::not_the_leader,
            "/leaderId", {{"leaderId", unit->leader_id}}
        )) {
        return false;
    }
    const auto leader = command.context<StaffFacts>("leader");
    return decision.require(
        leader && !leader->has_left(command.data().get("toUnitId"), today_text(command)),
        rejection::leader_left, "/leaderId"
    );
}

}  // namespace

void escalate_handover(const Case& state, const Command& command, Decision& decision) {
    const bool pending = state.handover && state.handover->id == command.data().get("handoverId");
    // The timer may arrive after the answer: then there is nothing.
    if (!pending || !state.coordinator) {
        return;
    }
    const auto unit_id = command.data().get_or("unitId", state.handover->to.unit_id);
    const auto unit = command.context<UnitFacts>("unit").value_or(UnitFacts());
    const std::string answer_by = to_text(add_working_days(command.today(), answer_working_days));
    json escalated = {
        {"handoverId", state.handover->id},
        {"step", state.handover->step + 1},
        {"toRole", role_of(unit)},
        {"unitId", unit_id},
        {"answerBy", answer_by},
    };
    if (!unit.leader_id.empty()) {
        escalated["toId"] = unit.leader_id;
    }
    decision.emit(event_name::handover_escalated, 1, escalated, state.handover->id);
    set_answer_timer(answer_by, state.handover->id, next_above(state, unit_id, unit), decision);
}

void decide_handover(const Case& state, const Command& command, Decision& decision) {
    if (!require_coordinated(state, decision) || !require_pending(state, command, decision)) {
        return;
    }
    const Data& data = command.data();
    Post next = *state.coordinator;
    bool child_coordinator = state.child_coordinator;
    const bool same_unit = decision.require(
        data.get("toUnitId") == state.handover->to.unit_id, rejection::other_unit, "/toUnitId"
    );
    require_decider(state, command, decision);
    if (data.get("decision") == "transfer" && same_unit && require_leader(command, decision)) {
        next = {data.get("leaderId"), data.get("toUnitId")};
        child_coordinator = command.context<StaffFacts>("leader")->is_child_coordinator_in(
            next.unit_id, today_text(command)
        );
    }
    json decided = moved_to(state, next);
    for (const char* member : {"decision", "reason", "childView"}) {
        if (data.has(member)) {
            decided[member] = data.get(member);
        }
    }
    if (child_coordinator) {
        decided["childCoordinator"] = true;
    }
    decision.emit(event_name::handover_decided, 1, decided, state.handover->id);
    decision.clear_timer(names::case_::timer::handover_answer);
}

}  // namespace samvev::cases
