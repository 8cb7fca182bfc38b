#include "calendar.hpp"
#include "evolve.hpp"

namespace samvev::individual_plan {

namespace {

void take(std::string& text, const Data& data, const char* name) {
    if (data.has(name)) {
        text = data.get(name);
    }
}

void take_coordinator(CaseFacts& facts, const Data& data) {
    take(facts.coordinator_id, data, "coordinatorId");
    take(facts.coordinator_unit_id, data, "coordinatorUnitId");
}

void evolve_opening(CaseFacts& facts, const Event& event) {
    const Data& data = event.data();
    if (event.is("case.case-closed")) {
        facts.closed = true;
        return;
    }
    if (event.is("case.case-reopened")) {
        facts.closed = false;
    }
    take(facts.person_id, data, "personId");
    take_coordinator(facts, data);
    take(facts.coordinating_unit_id, data, "coordinatingUnitId");
    take(facts.concern_unit_id, data, "concernUnitId");
    // Level 0 has a concern owner and no coordinator.
    if (event.is("case.level-set") && data.get_or("level", 1) == 0) {
        facts.coordinator_id.clear();
        facts.coordinator_unit_id.clear();
    }
}

// 1.1–1.4: took part. 2.2: did not want to, so it was offered. Not applicable says why. 2.1: was
// not given the chance, which is no part in making the plan.
bool is_hearing(const Data& participation) {
    const std::string code = participation.get_or<std::string>("code", "2.1");
    return code.starts_with("1.") || code == "2.2" ||
           (code == "not-applicable" && participation.has("reason"));
}

void evolve_hearing(CaseFacts& facts, const Event& event) {
    if (event.is("case.participation-recorded") && is_hearing(event.data())) {
        facts.hearings.push_back({event.revision(), day_of(event.occurred_on())});
    } else if (event.is("coordination.meeting-held") && event.data().has("participation")) {
        const Data inside("participation", event.data().raw()["participation"]);
        if (is_hearing(inside)) {
            facts.hearings.push_back({event.revision(), day_of(event.occurred_on())});
        }
    }
}

void evolve_consent(CaseFacts& facts, const Event& event) {
    const std::string id =
        event.data().get_or<std::string>("consentId", std::string(event.entity()));
    Consent& consent = facts.consents[id];
    if (event.is("case.consent-withdrawn")) {
        consent.withdrawn = true;
    } else {
        const Data& data = event.data();
        // A consent whose payload is gone covers nobody.
        consent.unit_ids = data.get_or<std::set<std::string>>("recipientUnitIds", {});
        consent.until = data.get_or<std::string>("until", "");
    }
}

void evolve_team(CaseFacts& facts, const Event& event) {
    const Data& data = event.data();
    const std::string id = data.get_or<std::string>("participantId", std::string(event.entity()));
    if (event.is("case.participation-ended")) {
        facts.invited.erase(id);
        facts.team.erase(id);
        return;
    }
    if (event.is("case.invitation-accepted")) {
        facts.team[id] = facts.invited[id];
        facts.invited.erase(id);
    }
    Member& member = facts.team.contains(id) ? facts.team[id] : facts.invited[id];
    take(member.unit_id, data, "unitId");
    take(member.until, data, "until");
}

void evolve_measure(CaseFacts& facts, const Event& event) {
    const Data& data = event.data();
    Measure& measure =
        facts.measures[data.get_or<std::string>("measureId", std::string(event.entity()))];
    if (event.is("case.measure-ended") || event.is("case.measure-declined")) {
        measure.over = true;
    }
    measure.extent_known = measure.extent_known || data.has("effort");
}

void evolve_goal(CaseFacts& facts, const Event& event) {
    const std::string id = event.data().get_or<std::string>("goalId", std::string(event.entity()));
    if (event.is("case.goal-set")) {
        facts.goals.insert(id);
    } else if (event.is("case.goal-abandoned")) {
        facts.goals.erase(id);
    }
}

}  // namespace

void evolve_case(CaseFacts& facts, const Event& event) {
    const std::string_view type = event.type();
    if (type.starts_with("case.goal-")) {
        evolve_goal(facts, event);
    } else if (type.starts_with("case.measure-")) {
        evolve_measure(facts, event);
    } else if (type.starts_with("case.consent-")) {
        evolve_consent(facts, event);
    } else if (event.is("case.participant-invited") || event.is("case.invitation-accepted") ||
               event.is("case.participation-ended") || event.is("case.participation-extended")) {
        evolve_team(facts, event);
    } else if (event.is("case.participation-recorded") || event.is("coordination.meeting-held")) {
        evolve_hearing(facts, event);
    } else {  // opened, identified, level, coordinator, coordinating unit, closed, reopened
        evolve_opening(facts, event);
    }
}

}  // namespace samvev::individual_plan
