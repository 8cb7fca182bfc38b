#pragma once

#include <samvev/plugin.hpp>

#include <set>
#include <string>
#include <vector>

#include "state.hpp"

namespace samvev::individual_plan {

// Where a plan stands and who has it: what both the deadlines and the waiting items of a case are
// told from. Kept in their documents, so that folding goes on from where it was.
struct Track {
    std::string plan_id;
    Phase phase = Phase::requested;
    std::string since;  // when it came to where it stands
    std::string coordinator_id;
    std::string coordinator_unit_id;
    std::string responsible_unit_id;  // answers for the plan while there is no coordinator
    std::string draft_due_on;
    std::string coordinator_due_on;
    bool coordinator_awaited = false;  // since the plan was declined without one
    bool coordinator_offered = false;
    std::string evaluate_on;
    std::string until;
    std::string consent_id;
    bool consent_withdrawn = false;
    std::set<std::string> stale;      // causes not yet dealt with
    std::vector<std::string> missed;  // dates that passed unmet: they stay
    std::vector<std::string> met;
};
void to_json(json& out, const Track& track);
void from_json(const json& in, Track& track);

// Folds one event; false when nothing has been asked for yet.
bool follow(Track& track, const Event& event);

struct NextStep {
    std::string kind;    // "assess-right", "evaluate-plan", …; "none" when nothing is left
    std::string due_on;  // empty: no date
    bool by_coordinator = true;
};
// What brings the plan on, and when at the latest.
[[nodiscard]] NextStep next_step(const Track& track);
// What its coordinator is waited for: that, or what has to be put right first.
[[nodiscard]] NextStep waiting_step(const Track& track);

// Whom it waits for: the coordinator, or without one the unit that answers. Null: nobody known.
[[nodiscard]] json who_of(const Track& track);
[[nodiscard]] json unit_of(const Track& track);

}  // namespace samvev::individual_plan
