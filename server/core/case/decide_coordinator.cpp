#include "guards.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;
namespace rejection = names::case_::rejection;

namespace {

// A coordinator is replaced without a handover only by a child coordinator (who is the coordinator
// by law), or when the present one has left.
void require_replaceable(const Case& state, const Command& command, Decision& decision) {
    if (command.data().get_or("childCoordinator", false)) {
        return;
    }
    const auto replaced = command.data().find("replacesId");
    if (decision.require(
            replaced == state.coordinator->staff_id, rejection::coordinator_present, "/replacesId"
        )) {
        const auto staff = command.context<StaffFacts>("replaced");
        decision.require(
            !staff || staff->has_left(state.coordinator->unit_id, today_text(command)),
            rejection::coordinator_still_active, "/replacesId"
        );
    }
}

// Only one whom the municipality has made child coordinator coordinates as such.
void require_child_coordinator(const Command& command, Decision& decision) {
    const auto staff = command.context<StaffFacts>("coordinator");
    if (command.data().get_or("childCoordinator", false) && staff) {
        decision.require(
            staff->is_child_coordinator_in(
                command.data().get("coordinatorUnitId"), today_text(command)
            ),
            rejection::not_child_coordinator, "/coordinatorId"
        );
    }
}

}  // namespace

void appoint_coordinator(const Case& state, const Command& command, Decision& decision) {
    if (!require_coordinated(state, decision)) {
        return;
    }
    const Data& data = command.data();
    require_coordinator(command, decision);
    require_child_coordinator(command, decision);
    const bool other = data.get("coordinatorId") != state.coordinator->staff_id;
    if (decision.require(other, rejection::already_coordinator, "/coordinatorId")) {
        require_replaceable(state, command, decision);
    }
    json appointed = without(data.raw(), {"replacesId"});
    appointed["previousCoordinatorId"] = state.coordinator->staff_id;
    decision.emit(event_name::coordinator_appointed, 1, appointed);
    if (state.handover) {
        // The one who offered it no longer holds it.
        decision.emit(
            event_name::handover_withdrawn, 1,
            {{"handoverId", state.handover->id}, {"reason", data.get("reason")}}, state.handover->id
        );
        decision.clear_timer(names::case_::timer::handover_answer);
    }
}

void assign_coordinating_service(const Case& state, const Command& command, Decision& decision) {
    require_open(state, decision);
    require_unit(command, "coordinatingUnitId", "unit", decision);
    decision.emit(event_name::coordinating_service_assigned, 1, command.data().raw());
}

}  // namespace samvev::cases
