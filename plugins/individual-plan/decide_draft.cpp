#include "calendar.hpp"
#include "decide.hpp"
#include "names.hpp"
#include "stale.hpp"

namespace samvev::individual_plan {

namespace event_name = names::individual_plan::event;
namespace rejection = names::individual_plan::rejection;

bool require_consent(
    const State& state, const Command& command, const std::string& consent_id, Decision& decision
) {
    const auto found = state.facts.consents.find(consent_id);
    const bool holds =
        found != state.facts.consents.end() && !found->second.withdrawn &&
        (found->second.until.empty() || found->second.until >= to_text(command.today()));
    return decision.require(holds, rejection::consent_missing, "/consentId");
}

void require_period(const Period& period, Decision& decision) {
    decision.require(period.from < period.until, rejection::period_ends_before_start, "/until");
    decision.require(
        period.from < period.evaluate_on && period.evaluate_on <= period.until,
        rejection::evaluation_outside_period, "/evaluateOn"
    );
}

void draft_plan(const State& state, const Command& command, Decision& decision) {
    const Plan* plan =
        find_plan(state, command, decision, {Phase::entitled, Phase::offered, Phase::draft});
    // No plan is made without consent.
    require_consent(state, command, command.data().get("consentId"), decision);
    const auto goals = command.data().get_or<std::vector<std::string>>("goalIds", {});
    for (std::size_t i = 0; i < goals.size(); ++i) {
        decision.require(
            state.facts.goals.contains(goals[i]), rejection::goal_unknown,
            "/goalIds/" + std::to_string(i)
        );
    }
    if (plan != nullptr && !decision.rejected()) {
        decision.emit(
            event_name::plan_drafted, 1, command.data().raw(), command.data().get("planId")
        );
        Plan after = *plan;
        after.phase = Phase::draft;
        renew_stale_timer(state.facts, after, command, decision);
    }
}

void map_resources(const State& state, const Command& command, Decision& decision) {
    const Plan* plan = find_plan(state, command, decision, {Phase::draft, Phase::active});
    if (plan != nullptr) {
        decision.emit(
            event_name::resources_mapped, 1, command.data().raw(), command.data().get("planId")
        );
        renew_stale_timer(state.facts, *plan, command, decision);
    }
}

void add_contribution(const State& state, const Command& command, Decision& decision) {
    const Plan* plan = find_plan(state, command, decision, {Phase::draft, Phase::active});
    const Data& data = command.data();
    const json& by = data.raw().at("by");
    const auto kind = by.at("kind").get<std::string>();
    decision.require(
        data.has("text") != data.has("reasonWithout"), rejection::contribution_empty, "/text"
    );
    decision.require(
        kind != "service" || by.contains("unitId"), rejection::unit_missing, "/by/unitId"
    );
    // Without its own words the child must at least have been asked, on a day that is known.
    decision.require(
        kind != "child" || data.has("text") || data.has("offeredOn"), rejection::offer_date_missing,
        "/offeredOn"
    );
    if (plan != nullptr) {
        decision.require(
            !plan->ids.contains(data.get("contributionId")), rejection::id_in_use, "/contributionId"
        );
    }
    if (plan != nullptr && !decision.rejected()) {
        decision.emit(event_name::contribution_recorded, 1, data.raw(), data.get("planId"));
        renew_stale_timer(state.facts, *plan, command, decision);
    }
}

void set_plan_period(const State& state, const Command& command, Decision& decision) {
    const Plan* plan = find_plan(state, command, decision, {Phase::draft});
    const Data& data = command.data();
    Period period{data.get("from"), data.get("until"), data.get_or<std::string>("evaluateOn", "")};
    if (period.evaluate_on.empty()) {
        period.evaluate_on =
            std::min(period.until, plus_months(period.from, evaluate_after_months));
    }
    require_period(period, decision);
    decision.require(
        period.evaluate_on <= plus_months(period.from, evaluate_within_months),
        rejection::evaluation_too_late, "/evaluateOn"
    );
    if (plan != nullptr && !decision.rejected()) {
        json set = data.raw();
        set["evaluateOn"] = period.evaluate_on;
        decision.emit(event_name::plan_period_set, 1, set, data.get("planId"));
        renew_stale_timer(state.facts, *plan, command, decision);
    }
}

void attach_sub_plan(const State& state, const Command& command, Decision& decision) {
    const Plan* plan = find_plan(state, command, decision, {Phase::draft, Phase::active});
    if (plan == nullptr) {
        return;
    }
    decision.require(
        !plan->ids.contains(command.data().get("subPlanId")), rejection::id_in_use, "/subPlanId"
    );
    if (!decision.rejected()) {
        decision.emit(
            event_name::sub_plan_attached, 1, command.data().raw(), command.data().get("planId")
        );
        renew_stale_timer(state.facts, *plan, command, decision);
    }
}

}  // namespace samvev::individual_plan
