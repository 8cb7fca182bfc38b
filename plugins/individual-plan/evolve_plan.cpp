#include "calendar.hpp"
#include "evolve.hpp"
#include "names.hpp"

namespace samvev::individual_plan {

namespace event_name = names::individual_plan::event;

namespace {

void evolve_request(Plan& plan, const Event& event) {
    if (event.is(event_name::right_assessed)) {
        plan.phase = event.data().get_or<std::string>("outcome", "not-entitled") == "entitled"
                         ? Phase::entitled
                         : Phase::refused;
    } else if (event.is(event_name::plan_offered)) {
        plan.phase = Phase::offered;
    } else if (event.is(event_name::plan_declined)) {
        plan.phase = Phase::declined;
        plan.coordinator_due_on = event.data().get_or<std::string>("coordinatorDueOn", "");
    }
}

void take_texts(Plan& plan, const Data& data) {
    plan.carrying_out_told = plan.carrying_out_told || data.has("howCarriedOut");
    plan.cooperation_told = plan.cooperation_told || data.has("cooperation");
    if (data.has("consentId")) {
        plan.consent_id = data.get("consentId");
    }
}

void fix_goals(Plan& plan, const Event& event) {
    const auto goals = event.data().get_or<std::set<std::string>>("goalIds", {});
    if (!goals.empty()) {
        plan.goals = goals;
        plan.goals_fixed = {event.revision(), day_of(event.occurred_on())};
    }
}

void take_contribution(State& state, Plan& plan, const Event& event) {
    const Data& data = event.data();
    plan.ids.insert(data.get("contributionId"));
    const json& by = data.raw()["by"];
    const auto kind = by.at("kind").get<std::string>();
    if (kind == "service") {
        plan.contributing_units.insert(by.value("unitId", ""));
    } else if (kind == "child") {
        plan.child_contributed = true;
        const std::string on = data.get_or<std::string>("offeredOn", event.occurred_on());
        state.facts.hearings.push_back({event.revision(), day_of(on)});
    } else {
        plan.family_contributed = true;
    }
}

void take_period(Plan& plan, const Data& data) {
    if (data.has("from")) {
        plan.period.from = data.get("from");
    }
    if (data.has("until")) {
        plan.period.until = data.get("until");
    }
    if (data.has("evaluateOn")) {
        plan.period.evaluate_on = data.get("evaluateOn");
    }
}

void evolve_draft(State& state, Plan& plan, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::plan_drafted)) {
        plan.phase = Phase::draft;
        take_texts(plan, data);
        fix_goals(plan, event);
    } else if (event.is(event_name::resources_mapped)) {
        plan.resources_mapped = true;
    } else if (event.is(event_name::contribution_recorded) && event.has_data()) {
        take_contribution(state, plan, event);
    } else if (event.is(event_name::plan_period_set)) {
        take_period(plan, data);
    } else if (event.is(event_name::sub_plan_attached) && data.has("subPlanId")) {
        plan.ids.insert(data.get("subPlanId"));
    }
}

bool has_answer(const Data& data, const char* who) {
    return data.has(who) && data.raw()[who].value("useful", "not-asked") != "not-asked";
}

void evolve_active(Plan& plan, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::plan_activated)) {
        plan.phase = Phase::active;
        plan.version = 1;
        plan.version_revision = event.revision();
        plan.person_id = data.get_or<std::string>("personId", "");
    } else if (event.is(event_name::plan_evaluated) && event.has_data()) {
        plan.ids.insert(data.get_or<std::string>("evaluationId", ""));
        plan.period.evaluate_on = data.get_or<std::string>("nextEvaluateOn", "");
        plan.child_evaluated = plan.child_evaluated || has_answer(data, "childAnswer");
    } else if (event.is(event_name::plan_revised)) {
        ++plan.version;
        plan.version_revision = event.revision();
        plan.child_evaluated = false;
        take_texts(plan, data);
        fix_goals(plan, event);
        take_period(plan, data);
    }
}

}  // namespace

void evolve_plan(State& state, const Event& event) {
    const std::string id(event.entity());
    if (event.is(event_name::plan_requested)) {
        Plan& plan = state.plans[id];
        plan.requested_on = day_of(event.occurred_on());
        plan.draft_due_on = event.data().get_or<std::string>(
            "draftDueOn", plus_days(plan.requested_on, first_draft_days)
        );
        state.current = id;
        return;
    }
    const auto found = state.plans.find(id);
    if (found == state.plans.end()) {
        return;
    }
    Plan& plan = found->second;
    if (event.is(event_name::plan_ended)) {
        plan.phase = Phase::ended;
        return;
    }
    evolve_request(plan, event);
    evolve_draft(state, plan, event);
    evolve_active(plan, event);
}

}  // namespace samvev::individual_plan
