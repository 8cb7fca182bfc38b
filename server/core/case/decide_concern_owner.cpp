#include "guards.hpp"
#include "level_clock.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;
namespace rejection = names::case_::rejection;

void assign_concern_owner(const Case& state, const Command& command, Decision& decision) {
    if (!require_alive(state, decision)) {
        return;
    }
    const Data& data = command.data();
    decision.require(state.is_at_level_zero(), rejection::not_at_level_zero);
    require_concern_owner(command, "ownerUnit", decision);
    const Post next{data.get("concernOwnerId"), data.get("concernUnitId")};
    decision.require(
        next != state.concern_owner, rejection::already_concern_owner, "/concernOwnerId"
    );
    json assigned = data.raw();
    if (!state.concern_owner.staff_id.empty()) {
        assigned["previousOwnerId"] = state.concern_owner.staff_id;
    }
    // The clock goes on for the new owner; one that has run out, or never ran, starts anew.
    const bool runs = state.decide_by >= today_text(command);
    const std::string last_day = runs ? state.decide_by : decide_by(command);
    assigned["decideBy"] = last_day;
    decision.emit(event_name::concern_owner_assigned, 1, assigned);
    start_level_clock(last_day, next.unit_id, decision);
}

void remind_of_level(const Case& state, const Command& command, Decision& decision) {
    // The timer may arrive after the decision: then there is nothing to remind of.
    const bool passed = !state.decide_by.empty() && state.decide_by < today_text(command);
    if (!state.is_at_level_zero() || !passed) {
        return;
    }
    json overdue = {{"decideBy", state.decide_by}, {"unitId", state.concern_owner.unit_id}};
    const auto unit = command.context<UnitFacts>("unit");
    if (unit && !unit->leader_id.empty()) {
        overdue["toId"] = unit->leader_id;
    }
    decision.emit(event_name::level_overdue, 1, overdue);
}

}  // namespace samvev::cases
