#include "activation.hpp"

#include <algorithm>
#include <limits>

#include "decide.hpp"
#include "names.hpp"

namespace samvev::individual_plan {

namespace rejection = names::individual_plan::rejection;

namespace {

bool holds(const std::string& until, const std::string& today) {
    return until.empty() || until >= today;
}

// A consent is given to services: each one that takes part must be among them.
void require_units_covered(
    const State& state, const std::set<std::string>& units, const std::string& today,
    Decision& decision
) {
    std::set<std::string> covered;
    for (const auto& [id, consent] : state.facts.consents) {
        if (!consent.withdrawn && holds(consent.until, today)) {
            covered.insert(consent.unit_ids.begin(), consent.unit_ids.end());
        }
    }
    for (const std::string& unit : units) {
        decision.require(
            covered.contains(unit), rejection::unit_outside_consent, "/consentId",
            json{{"unitId", unit}}
        );
    }
}

void require_goals(const State& state, const Plan& plan, Decision& decision) {
    const bool any =
        std::any_of(plan.goals.begin(), plan.goals.end(), [&](const std::string& goal) {
            return state.facts.goals.contains(goal);
        });
    decision.require(any, rejection::goals_missing, "/goalIds");
    decision.require(plan.resources_mapped, rejection::resources_missing, "/resources");
}

void require_contributions(
    const Plan& plan, const std::set<std::string>& units, Decision& decision
) {
    decision.require(
        plan.child_contributed, rejection::contribution_missing, "/contributions",
        json{{"by", "child"}}
    );
    decision.require(
        plan.family_contributed, rejection::contribution_missing, "/contributions",
        json{{"by", "family"}}
    );
    for (const std::string& unit : units) {
        decision.require(
            plan.contributing_units.contains(unit), rejection::contribution_missing,
            "/contributions", json{{"by", "service"}, {"unitId", unit}}
        );
    }
}

void require_measures(const State& state, Decision& decision) {
    bool any = false;
    for (const auto& [id, measure] : state.facts.measures) {
        if (!measure.over) {
            any = true;
            decision.require(
                measure.extent_known, rejection::measure_extent_missing, "/measures",
                json{{"measureId", id}}
            );
        }
    }
    decision.require(any, rejection::measures_missing, "/measures");
}

}  // namespace

std::set<std::string> participating_units(const CaseFacts& facts, const std::string& today) {
    std::set<std::string> units;
    for (const auto& [id, member] : facts.team) {
        if (!member.unit_id.empty() && holds(member.until, today)) {
            units.insert(member.unit_id);
        }
    }
    if (!facts.coordinator_unit_id.empty()) {
        units.insert(facts.coordinator_unit_id);
    }
    return units;
}

bool require_child_heard(
    const State& state, const std::string& since, const Hearing& before, Decision& decision
) {
    const auto& hearings = state.facts.hearings;
    const bool since_then = std::any_of(hearings.begin(), hearings.end(), [&](const Hearing& one) {
        return one.on >= since;
    });
    if (!decision.require(since_then, rejection::child_not_heard, "/participation")) {
        return false;
    }
    const bool in_time = std::any_of(hearings.begin(), hearings.end(), [&](const Hearing& one) {
        // Dated, since it may have been typed later; on one day the order of recording tells.
        return one.on >= since &&
               (one.on < before.on || (one.on == before.on && one.revision < before.revision));
    });
    return decision.require(in_time, rejection::child_heard_after_goals, "/participation");
}

void require_ready(
    const State& state, const Plan& plan, const Command& command, Decision& decision
) {
    const CaseFacts& facts = state.facts;
    const std::string today = to_text(command.today());
    const std::set<std::string> units = participating_units(facts, today);
    decision.require(!facts.person_id.empty(), rejection::person_missing);
    require_goals(state, plan, decision);
    decision.require(units.size() > 1, rejection::participants_missing, "/participants");
    decision.require(
        !facts.coordinator_id.empty(), rejection::coordinator_missing, "/coordinatorId"
    );
    require_contributions(plan, units, decision);
    require_measures(state, decision);
    decision.require(plan.carrying_out_told, rejection::carrying_out_missing, "/howCarriedOut");
    decision.require(plan.cooperation_told, rejection::cooperation_missing, "/cooperation");
    if (decision.require(!plan.period.from.empty(), rejection::period_missing, "/from")) {
        require_period(plan.period, decision);
        decision.require(
            plan.period.evaluate_on >= today, rejection::evaluation_passed, "/evaluateOn"
        );
    }
    if (require_consent(state, command, plan.consent_id, decision)) {
        require_units_covered(state, units, today, decision);
    }
    require_child_heard(
        state, plan.requested_on,
        // Goals that are not fixed yet are missing; whatever the child has said is before them.
        plan.goals_fixed.on.empty()
            ? Hearing{std::numeric_limits<std::uint64_t>::max(), "9999-12-31"}
            : plan.goals_fixed,
        decision
    );
}

}  // namespace samvev::individual_plan
