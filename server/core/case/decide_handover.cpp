#include <samvev/working_days.hpp>

#include <algorithm>

#include "guards.hpp"
#include "handover.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;
namespace rejection = names::case_::rejection;
namespace timer = names::case_::timer;

namespace {

// The one who was asked, or the leader of their unit on their behalf.
bool require_receiver(const Case& state, const Command& command, Decision& decision) {
    const Post& to = state.handover->to;
    return decision.require(
        command.actor_id() == to.staff_id || leads(command, to.unit_id), rejection::not_the_receiver
    );
}

// The data names the receiver of the offer: the command reads them by it.
bool require_same_receiver(const Case& state, const Command& command, Decision& decision) {
    const Post& to = state.handover->to;
    const bool same_person = decision.require(
        command.data().get("toId") == to.staff_id, rejection::other_receiver, "/toId"
    );
    const bool same_unit = decision.require(
        command.data().get("toUnitId") == to.unit_id, rejection::other_unit, "/toUnitId"
    );
    return same_person && same_unit;
}

Date answer_by(const Command& command) {
    const Data& data = command.data();
    if (data.has("answerBy")) {
        return parse_date(data.get("answerBy"));
    }
    if (data.has("answerDays")) {
        const std::chrono::days asked(data.get<int>("answerDays"));
        return Date(std::chrono::sys_days(command.today()) + asked);
    }
    return add_working_days(command.today(), answer_working_days);
}

// The child coordinator is the coordinator by law: that ends with a reason, or goes on with another
// child coordinator.
void require_child_coordinator_reason(
    const Case& state, const Command& command, Decision& decision
) {
    const auto to = command.context<StaffFacts>("to");
    const bool goes_on =
        to && to->is_child_coordinator_in(command.data().get("toUnitId"), today_text(command));
    decision.require(
        !state.child_coordinator || goes_on || command.data().has("childCoordinatorReason"),
        rejection::child_coordinator_reason_required, "/childCoordinatorReason"
    );
}

void require_to_works_there(const Command& command, Decision& decision) {
    const auto to = command.context<StaffFacts>("to");
    decision.require(
        to && to->works_in(command.data().get("toUnitId"), today_text(command)),
        rejection::staff_not_in_unit, "/toId"
    );
}

}  // namespace

void offer_handover(const Case& state, const Command& command, Decision& decision) {
    if (!require_coordinated(state, decision)) {
        return;
    }
    const Data& data = command.data();
    decision.require(may_steer_coordination(state, command), rejection::not_the_coordinator);
    decision.require(!state.handover, rejection::handover_open);
    require_new_id(state, command, "handoverId", decision);
    decision.require(
        data.get("toId") != state.coordinator->staff_id, rejection::already_coordinator, "/toId"
    );
    const bool unit_open = require_unit(command, "toUnitId", "unit", decision);
    if (require_staff(command, "toId", "to", decision) && unit_open) {
        require_to_works_there(command, decision);
        require_child_coordinator_reason(state, command, decision);
    }
    const Date today = command.today();
    const Date last_day = answer_by(command);
    decision.require(last_day >= today, rejection::date_passed, "/answerBy");
    const auto wait = std::chrono::sys_days(last_day) - std::chrono::sys_days(today);

    json offer = data.raw();
    offer["fromId"] = state.coordinator->staff_id;
    offer["fromUnitId"] = state.coordinator->unit_id;
    offer["answerBy"] = to_text(last_day);
    offer["answerDays"] = std::clamp<int>(static_cast<int>(wait.count()), 1, 60);
    const auto id = data.get("handoverId");
    decision.emit(event_name::handover_offered, 1, offer, id);
    set_answer_timer(to_text(last_day), id, data.get("toUnitId"), decision);
}

void accept_handover(const Case& state, const Command& command, Decision& decision) {
    if (!require_coordinated(state, decision) || !require_pending(state, command, decision) ||
        !require_receiver(state, command, decision) ||
        !require_same_receiver(state, command, decision) ||
        !require_unit(command, "toUnitId", "unit", decision)) {
        return;
    }
    const std::string today = today_text(command);
    const auto to = command.context<StaffFacts>("to");
    Post next = state.handover->to;
    if (!to || !to->works_in(next.unit_id, today)) {
        // Whoever was named has left. A leader who accepts takes it until naming someone.
        if (!decision.require(
                leads(command, next.unit_id) && command.actor_id() != next.staff_id,
                rejection::staff_not_in_unit, "/toId"
            )) {
            return;
        }
        next.staff_id = command.actor_id();
    }
    json accepted = moved_to(state, next);
    if (next == state.handover->to && to->is_child_coordinator_in(next.unit_id, today)) {
        accepted["childCoordinator"] = true;
    }
    if (const auto note = command.data().find("note")) {
        accepted["note"] = *note;
    }
    decision.emit(event_name::handover_accepted, 1, accepted, state.handover->id);
    decision.clear_timer(timer::handover_answer);
}

void reject_handover(const Case& state, const Command& command, Decision& decision) {
    if (!require_pending(state, command, decision) || !require_receiver(state, command, decision)) {
        return;
    }
    decision.emit(event_name::handover_rejected, 1, command.data().raw(), state.handover->id);
    decision.clear_timer(timer::handover_answer);
}

void withdraw_handover(const Case& state, const Command& command, Decision& decision) {
    if (!require_pending(state, command, decision)) {
        return;
    }
    decision.require(may_steer_coordination(state, command), rejection::not_the_coordinator);
    decision.emit(event_name::handover_withdrawn, 1, command.data().raw(), state.handover->id);
    decision.clear_timer(timer::handover_answer);
}

}  // namespace samvev::cases
