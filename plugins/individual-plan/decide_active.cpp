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
    Plan after = *plan;
    after.phase = Phase::active;
    renew_stale_timer(facts, after, command, decision);
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

// The plan goes on: say when it is evaluated next. On its last day and later it does not: it is
// revised with a new period, or ended.
void require_right_next_evaluation(
    const Period& period, const Command& command, Decision& decision
) {
    const auto next = command.data().find("nextEvaluateOn");
    if (next) {
        return require_next_evaluation(period, *next, command, "/nextEvaluateOn", decision);
    }
    decision.require(
        to_text(command.today()) >= period.until, rejection::next_evaluation_missing,
        "/nextEvaluateOn"
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
    decision.require(
        !plan->ids.contains(command.data().get("evaluationId")), rejection::id_in_use,
        "/evaluationId"
    );
    require_right_next_evaluation(plan->period, command, decision);
    if (decision.rejected()) {
        return;
    }
    json evaluated = data;
    const std::string& due_on =
        plan->period.evaluate_on.empty() ? plan->period.until : plan->period.evaluate_on;
    evaluated["evaluateOn"] = due_on;
    evaluated["late"] = day_of(command.occurred_on()) > due_on;
    decision.emit(event_name::plan_evaluated, 1, evaluated, command.data().get("planId"));
    Plan after = *plan;
    after.period.evaluate_on = command.data().get_or<std::string>("nextEvaluateOn", "");
    renew_stale_timer(state.facts, after, command, decision);
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
    Plan after = *plan;
    after.period = period;
    renew_stale_timer(state.facts, after, command, decision);
}

namespace {

constexpr std::string_view case_closed_reason = "case-closed";

// Somebody ends the plan: with a reason that says something, and not over the child's head.
void require_ending(
    const State& state, const Plan& plan, const Command& command, Decision& decision
) {
    const Data& data = command.data();
    const std::string reason = data.get("reason");
    decision.require(reason != "other" || data.has("note"), rejection::note_missing, "/note");
    const auto since_version = [&](const Hearing& one) {
        return plan.version > 0 ? one.revision > plan.version_revision
                                : one.on >= plan.requested_on;
    };
    const auto& hearings = state.facts.hearings;
    const bool heard =
        plan.child_evaluated || std::any_of(hearings.begin(), hearings.end(), since_version);
    decision.require(
        heard || reason == "died" || data.has("childNotHeardReason"),
        rejection::child_not_asked_about_ending, "/childNotHeardReason"
    );
}

void emit_ended(
    const State& state, const std::string& id, const Command& command, Decision& decision
) {
    const Plan& plan = state.plans.at(id);
    json ended = command.data().raw();
    ended["planId"] = id;
    ended["wasActive"] = plan.phase == Phase::active;
    decision.emit(event_name::plan_ended, 1, ended, id);
    decision.clear_timer(names::individual_plan::timer::plan_stale);
    if (plan.phase == Phase::active) {
        decision.release(names::individual_plan::claim::active, plan.person_id);
    }
}

// The reaction to a closed case comes after it: there may be no plan, and the case may have been
// reopened meanwhile. Then the plan goes on.
void end_with_case(const State& state, const Command& command, Decision& decision) {
    const Plan* plan = state.current_plan();
    if (state.facts.closed && plan != nullptr && is_in_progress(plan->phase)) {
        emit_ended(state, state.current, command, decision);
    }
}

}  // namespace

void end_plan(const State& state, const Command& command, Decision& decision) {
    const Data& data = command.data();
    const bool with_case = data.get("reason") == case_closed_reason;
    if (with_case && command.has_role("system:reaction")) {
        return end_with_case(state, command, decision);
    }
    decision.require(!state.facts.closed, rejection::case_closed);
    decision.require(!with_case, rejection::ends_with_case, "/reason");
    const std::string id = data.get_or("planId", state.current);
    const auto found = state.plans.find(id);
    if (!decision.require(found != state.plans.end(), rejection::plan_unknown, "/planId")) {
        return;
    }
    const Plan& plan = found->second;
    if (decision.require(
            is_in_progress(plan.phase), rejection::wrong_phase, "/planId",
            json{{"phase", plan.phase}}
        )) {
        require_ending(state, plan, command, decision);
    }
    if (!decision.rejected()) {
        emit_ended(state, id, command, decision);
    }
}

}  // namespace samvev::individual_plan
