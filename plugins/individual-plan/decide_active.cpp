#include <algorithm>

#include "activation.hpp"
#include "calendar.hpp"
#include "decide.hpp"
#include "names.hpp"
#include "stale.hpp"

namespace samvev::individual_plan {

namespace event_name = names::individual_plan::event;
namespace rejection = names::individual_plan::rejection;

void activate_plan(const State& state, const Command& command, Decision& decision) {
    const Plan* plan = find_plan(state, command, decision, {Phase::draft});
    if (plan == nullptr) {
        return;
    }
    require_ready(state, *plan, command, decision);
    if (decision.rejected()) {
        return;
    }
    const CaseFacts& facts = state.facts;
    decision.claim(names::individual_plan::claim::active, facts.person_id);
    decision.emit(
        event_name::plan_activated, 1,
        {{"planId", command.data().get("planId")},
         {"personId", facts.person_id},
         {"version", 1},
         {"coordinatorId", facts.coordinator_id},
         {"coordinatorUnitId", facts.coordinator_unit_id},
         {"consentId", plan->consent_id},
         {"goalIds", plan->goals},
         {"unitIds", participating_units(facts, to_text(command.today()))},
         {"from", plan->period.from},
         {"until", plan->period.until},
         {"evaluateOn", plan->period.evaluate_on}},
        command.data().get("planId")
    );
    set_stale_timer(next_check(plan->period.evaluate_on, command.now()), decision);
}

namespace {

// The next evaluation lies ahead, inside the period, and not too far off.
void require_next_evaluation(
    const Period& period, const std::string& next, const Command& command, const char* field,
    Decision& decision
) {
    const std::string today = to_text(command.today());
    decision.require(
        next > today && next <= period.until, rejection::evaluation_outside_period, field
    );
    decision.require(
        next <= plus_months(today, evaluate_within_months), rejection::evaluation_too_late, field
    );
}

}  // namespace

void evaluate_plan(const State& state, const Command& command, Decision& decision) {
    const Plan* plan = find_plan(state, command, decision, {Phase::active});
    const json& data = command.data().raw();
    // "Is this plan of use to you?" is answered by the child and the family, or says why not.
    for (const char* who : {"childAnswer", "familyAnswer"}) {
        const json& answer = data.at(who);
        decision.require(
            answer.at("useful") != "not-asked" || answer.contains("reason"),
            rejection::answer_missing, std::string("/") + who + "/reason"
        );
    }
    decision.require(
        parse_date(command.occurred_on()) <= command.today(), rejection::occurred_in_future
    );
    if (plan == nullptr) {
        return;
    }
    const std::string next = command.data().get("nextEvaluateOn");
    decision.require(
        !plan->ids.contains(command.data().get("evaluationId")), rejection::id_in_use,
        "/evaluationId"
    );
    require_next_evaluation(plan->period, next, command, "/nextEvaluateOn", decision);
    if (decision.rejected()) {
        return;
    }
    json evaluated = data;
    evaluated["evaluateOn"] = plan->period.evaluate_on;
    evaluated["late"] = day_of(command.occurred_on()) > plan->period.evaluate_on;
    decision.emit(event_name::plan_evaluated, 1, evaluated, command.data().get("planId"));
    set_stale_timer(next_check(next, command.now()), decision);
}

void revise_plan(const State& state, const Command& command, Decision& decision) {
    const Plan* plan = find_plan(state, command, decision, {Phase::active});
    if (plan == nullptr) {
        return;
    }
    const Data& data = command.data();
    const auto goals = data.get_or<std::vector<std::string>>("goalIds", {});
    for (std::size_t i = 0; i < goals.size(); ++i) {
        decision.require(
            state.facts.goals.contains(goals[i]), rejection::goal_unknown,
            "/goalIds/" + std::to_string(i)
        );
    }
    require_consent(
        state, command, data.get_or<std::string>("consentId", plan->consent_id), decision
    );
    // Each version of the plan is made with the child.
    const bool heard = std::any_of(
        state.facts.hearings.begin(), state.facts.hearings.end(),
        [&](const Hearing& one) { return one.revision > plan->version_revision; }
    );
    decision.require(heard, rejection::child_not_heard, "/participation");
    Period period = plan->period;
    period.until = data.get_or("until", period.until);
    period.evaluate_on = data.get_or("evaluateOn", period.evaluate_on);
    require_period(period, decision);
    if (data.has("evaluateOn")) {
        require_next_evaluation(period, period.evaluate_on, command, "/evaluateOn", decision);
    }
    if (decision.rejected()) {
        return;
    }
    json revised = data.raw();
    revised["version"] = plan->version + 1;
    revised["evaluateOn"] = period.evaluate_on;
    decision.emit(event_name::plan_revised, 1, revised, data.get("planId"));
    set_stale_timer(next_check(period.evaluate_on, command.now()), decision);
}

void end_plan(const State& state, const Command& command, Decision& decision) {
    const std::string id = command.data().get_or("planId", state.current);
    const auto found = state.plans.find(id);
    if (found == state.plans.end()) {
        // The reaction to a closed case does not know whether there is a plan.
        decision.require(!command.data().has("planId"), rejection::plan_unknown, "/planId");
        return;
    }
    const Plan& plan = found->second;
    if (!is_in_progress(plan.phase)) {
        return;
    }
    json ended = command.data().raw();
    ended["planId"] = id;
    ended["wasActive"] = plan.phase == Phase::active;
    decision.emit(event_name::plan_ended, 1, ended, id);
    decision.clear_timer(names::individual_plan::timer::plan_stale);
    if (plan.phase == Phase::active) {
        decision.release(names::individual_plan::claim::active, plan.person_id);
    }
}

}  // namespace samvev::individual_plan
