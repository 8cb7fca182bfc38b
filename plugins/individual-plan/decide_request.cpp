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
    const CaseFacts& facts = state.facts;
    if (!facts.coordinator_id.empty()) {
        requested["coordinatorId"] = facts.coordinator_id;
        requested["coordinatorUnitId"] = facts.coordinator_unit_id;
    }
    const std::string& responsible =
        facts.coordinating_unit_id.empty() ? facts.concern_unit_id : facts.coordinating_unit_id;
    if (!responsible.empty()) {
        requested["responsibleUnitId"] = responsible;
    }
    decision.emit(event_name::plan_requested, 2, requested, id);
    Plan after;
    after.draft_due_on = requested["draftDueOn"].get<std::string>();
    renew_stale_timer(facts, after, command, decision);
}

static void renew_in_phase(
    const State& state, Plan plan, Phase phase, const Command& command, Decision& decision
) {
    plan.phase = phase;
    renew_stale_timer(state.facts, plan, command, decision);
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
    // A plan that was refused and then asked for anew is not taken up again beside the new one.
    decision.require(
        command.data().get("planId") == state.current, rejection::wrong_phase, "/planId",
        json{{"phase", plan->phase}}
    );
    const std::string told_on = command.data().get_or("toldOn", day_of(command.occurred_on()));
    decision.require(told_on <= to_text(command.today()), rejection::occurred_in_future, "/toldOn");
    if (decision.rejected()) {
        return;
    }
    json assessed = command.data().raw();
    assessed["outcome"] = entitled ? "entitled" : "not-entitled";
    if (!entitled) {
        assessed["complaintDueOn"] = working_day_from(plus_days(told_on, complaint_days));
    }
    decision.emit(event_name::right_assessed, 1, assessed, command.data().get("planId"));
    renew_in_phase(state, *plan, entitled ? Phase::entitled : Phase::refused, command, decision);
}

void offer_plan(const State& state, const Command& command, Decision& decision) {
    const Plan* plan = find_plan(state, command, decision, {Phase::entitled});
    if (plan != nullptr) {
        decision.emit(
            event_name::plan_offered, 1, command.data().raw(), command.data().get("planId")
        );
        renew_in_phase(state, *plan, Phase::offered, command, decision);
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
    Plan after = *plan;
    after.phase = Phase::declined;
    after.coordinator_due_on = declined["coordinatorDueOn"].get<std::string>();
    renew_stale_timer(state.facts, after, command, decision);
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
