#include <algorithm>

#include "calendar.hpp"
#include "decide.hpp"
#include "names.hpp"
#include "stale.hpp"

namespace samvev::individual_plan {

namespace event_name = names::individual_plan::event;
namespace rejection = names::individual_plan::rejection;

const Plan* find_plan(
    const State& state, const Command& command, Decision& decision,
    std::initializer_list<Phase> phases
) {
    decision.require(!state.facts.closed, rejection::case_closed);
    const auto found = state.plans.find(command.data().get("planId"));
    if (!decision.require(found != state.plans.end(), rejection::plan_unknown, "/planId")) {
        return nullptr;
    }
    const bool fits = std::find(phases.begin(), phases.end(), found->second.phase) != phases.end();
    decision.require(fits, rejection::wrong_phase, "/planId", json{{"phase", found->second.phase}});
    return fits && !state.facts.closed ? &found->second : nullptr;
}

void request_plan(const State& state, const Command& command, Decision& decision) {
    const std::string id = command.data().get("planId");
    const Plan* current = state.current_plan();
    decision.require(!state.facts.closed, rejection::case_closed);
    decision.require(!state.facts.person_id.empty(), rejection::person_missing);
    decision.require(!state.plans.contains(id), rejection::id_in_use, "/planId");
    decision.require(
        current == nullptr || !is_in_progress(current->phase), rejection::plan_in_progress,
        "/planId"
    );
    if (decision.rejected()) {
        return;
    }
    json requested = command.data().raw();
    requested["personId"] = state.facts.person_id;
    requested["draftDueOn"] = plus_days(day_of(command.occurred_on()), first_draft_days);
    if (!state.facts.coordinator_id.empty()) {
        requested["coordinatorId"] = state.facts.coordinator_id;
        requested["coordinatorUnitId"] = state.facts.coordinator_unit_id;
    }
    decision.emit(event_name::plan_requested, 2, requested, id);
    set_stale_timer(end_of_day(requested["draftDueOn"].get<std::string>()), decision);
}

void assess_right(const State& state, const Command& command, Decision& decision) {
    const Plan* plan = find_plan(state, command, decision, {Phase::requested, Phase::refused});
    if (plan == nullptr) {
        return;
    }
    const bool entitled =
        command.data().get<bool>("longTerm") && command.data().get<bool>("coordinated");
    // Who is told no is told why, and how to complain.
    decision.require(
        entitled || command.data().has("reason"), rejection::reason_missing, "/reason"
    );
    if (decision.rejected()) {
        return;
    }
    json assessed = command.data().raw();
    assessed["outcome"] = entitled ? "entitled" : "not-entitled";
    if (!entitled) {
        assessed["complaintDueOn"] = plus_days(day_of(command.occurred_on()), complaint_days);
    }
    decision.emit(event_name::right_assessed, 1, assessed, command.data().get("planId"));
}

void offer_plan(const State& state, const Command& command, Decision& decision) {
    if (find_plan(state, command, decision, {Phase::entitled}) != nullptr) {
        decision.emit(
            event_name::plan_offered, 1, command.data().raw(), command.data().get("planId")
        );
    }
}

void decline_plan(const State& state, const Command& command, Decision& decision) {
    const Plan* plan =
        find_plan(state, command, decision, {Phase::entitled, Phase::offered, Phase::draft});
    if (plan == nullptr) {
        return;
    }
    json declined = command.data().raw();
    // The right to a coordinator stays when the plan is declined.
    declined["coordinatorDueOn"] = plus_days(day_of(command.occurred_on()), coordinator_offer_days);
    decision.emit(event_name::plan_declined, 1, declined, command.data().get("planId"));
    decision.clear_timer(names::individual_plan::timer::plan_stale);
}

void offer_coordinator_without_plan(
    const State& state, const Command& command, Decision& decision
) {
    if (find_plan(state, command, decision, {Phase::declined, Phase::refused}) != nullptr) {
        decision.emit(
            event_name::coordinator_offered, 1, command.data().raw(), command.data().get("planId")
        );
    }
}

}  // namespace samvev::individual_plan
