#include <algorithm>
#include <array>

#include "guards.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;
namespace rejection = names::case_::rejection;
namespace timer = names::case_::timer;

namespace {

constexpr int answer_days_default = 7;
// Who an unanswered offer goes to, step by step; after the last nobody is left to ask.
constexpr std::array<std::string_view, 3> ladder{"leader", "division-head", "municipal-director"};

Date days_after(Date day, int days) {
    return Date(std::chrono::sys_days(day) + std::chrono::days(days));
}

// The answer may come all that day: the timer is due when it has ended.
void set_answer_timer(Date answer_by, std::string_view handover_id, Decision& decision) {
    decision.set_timer(
        timer::handover_answer, oslo_midnight(days_after(answer_by, 1)),
        names::case_::command::escalate_handover, {{"handoverId", handover_id}}
    );
}

bool require_pending(const Case& state, const Command& command, Decision& decision) {
    return decision.require(
        state.handover && state.handover->id == command.data().get("handoverId"),
        rejection::handover_not_open, "/handoverId"
    );
}

// The one who was asked, or the leader of their unit on their behalf.
bool require_receiver(const Case& state, const Command& command, Decision& decision) {
    const Post& to = state.handover->to;
    const bool leads = command.has_role("leader") && command.unit() == to.unit_id;
    return decision.require(
        command.actor_id() == to.staff_id || leads, rejection::not_the_receiver
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
    require_staff(command, "toId", "to", decision);
    require_unit(command, "toUnitId", "unit", decision);

    const Date today = command.today();
    const int asked_days = data.get_or("answerDays", answer_days_default);
    const Date answer_by =
        data.has("answerBy") ? parse_date(data.get("answerBy")) : days_after(today, asked_days);
    decision.require(answer_by >= today, rejection::date_passed, "/answerBy");
    const auto wait = std::chrono::sys_days(answer_by) - std::chrono::sys_days(today);

    json offer = data.raw();
    offer["fromId"] = state.coordinator->staff_id;
    offer["fromUnitId"] = state.coordinator->unit_id;
    offer["answerBy"] = to_text(answer_by);
    offer["answerDays"] = std::clamp<int>(static_cast<int>(wait.count()), 1, 60);
    const auto id = data.get("handoverId");
    decision.emit(event_name::handover_offered, 1, offer, id);
    set_answer_timer(answer_by, id, decision);
}

void accept_handover(const Case& state, const Command& command, Decision& decision) {
    if (!require_coordinated(state, decision) || !require_pending(state, command, decision) ||
        !require_receiver(state, command, decision)) {
        return;
    }
    json accepted = moved_to(state, state.handover->to);
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

void escalate_handover(const Case& state, const Command& command, Decision& decision) {
    const bool pending = state.handover && state.handover->id == command.data().get("handoverId");
    // The timer may arrive after the answer, or once more after a restart: then there is nothing.
    if (!pending || static_cast<std::size_t>(state.handover->step) >= ladder.size()) {
        return;
    }
    const auto step = static_cast<std::size_t>(state.handover->step) + 1;
    const Date answer_by = days_after(command.today(), state.handover->answer_days);
    decision.emit(
        event_name::handover_escalated, 1,
        {{"handoverId", state.handover->id},
         {"step", step},
         {"toRole", ladder[step - 1]},
         {"unitId", state.handover->to.unit_id},
         {"answerBy", to_text(answer_by)}},
        state.handover->id
    );
    if (step < ladder.size()) {
        set_answer_timer(answer_by, state.handover->id, decision);
    }
}

void decide_handover(const Case& state, const Command& command, Decision& decision) {
    if (!require_coordinated(state, decision) || !require_pending(state, command, decision)) {
        return;
    }
    const Data& data = command.data();
    Post next = *state.coordinator;
    if (decision.require(
            data.get("toUnitId") == state.handover->to.unit_id, rejection::other_unit, "/toUnitId"
        ) &&
        data.get("decision") == "transfer" && require_unit(command, "toUnitId", "unit", decision)) {
        // Nothing hangs until somebody is named: the receiving leader is coordinator at once.
        const auto unit = command.context<UnitFacts>("unit");
        next = {unit->leader_id, data.get("toUnitId")};
        decision.require(!next.staff_id.empty(), rejection::unit_without_leader, "/toUnitId");
    }
    json decided = moved_to(state, next);
    for (const char* member : {"decision", "reason", "childView"}) {
        if (data.has(member)) {
            decided[member] = data.get(member);
        }
    }
    decision.emit(event_name::handover_decided, 1, decided, state.handover->id);
    decision.clear_timer(timer::handover_answer);
}

}  // namespace samvev::cases
