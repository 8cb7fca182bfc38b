#include "handover.hpp"

#include "level_clock.hpp"
#include "names.hpp"

namespace samvev::cases {

bool require_pending(const Case& state, const Command& command, Decision& decision) {
    return decision.require(
        state.handover && state.handover->id == command.data().get("handoverId"),
        names::case_::rejection::handover_not_open, "/handoverId"
    );
}

void set_answer_timer(
    const std::string& answer_by, const std::string& handover_id, const std::string& unit_id,
    Decision& decision
) {
    decision.set_timer(
        names::case_::timer::handover_answer, end_of_day(answer_by),
        names::case_::command::escalate_handover, {{"handoverId", handover_id}, {"unitId", unit_id}}
    );
}

json moved_to(const Case& state, const Post& next) {
    return {
        {"handoverId", state.handover->id},
        {"coordinatorId", next.staff_id},
        {"coordinatorUnitId", next.unit_id},
        {"previousCoordinatorId", state.coordinator->staff_id},
        {"previousUnitId", state.coordinator->unit_id},
    };
}

}  // namespace samvev::cases
