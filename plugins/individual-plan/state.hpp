#pragma once

#include <samvev/plugin.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace samvev::individual_plan {

// --- what the plan needs to know of its case ----------------------------------------------------

struct Consent {
    std::set<std::string> unit_ids;  // who may receive what it covers
    std::string until;               // last day, or empty
    bool withdrawn = false;
};

// A time at which the child took part, or was given the chance to.
struct Hearing {
    std::uint64_t revision = 0;
    std::string on;  // the day it happened
};

struct Member {
    std::string unit_id;  // empty for a person of the family
    std::string until;    // last day, or empty
};

struct Measure {
    bool extent_known = false;
    bool over = false;  // ended or declined
};

struct CaseFacts {
    bool closed = false;
    std::string person_id;
    std::string coordinator_id;
    std::string coordinator_unit_id;
    std::string coordinating_unit_id;  // leads the coordination; empty: none
    std::string concern_unit_id;       // of who owns the concern, at level 0
    std::map<std::string, Consent> consents;
    std::vector<Hearing> hearings;
    std::map<std::string, Member> invited;
    std::map<std::string, Member> team;  // those who have accepted and not left
    std::set<std::string> goals;         // not abandoned
    std::map<std::string, Measure> measures;
    std::int64_t last_activity_us = 0;  // of anything that this module folds
};

// --- the plan ---------------------------------------------------------------------------------

enum class Phase { requested, entitled, refused, offered, declined, draft, active, ended };
NLOHMANN_JSON_SERIALIZE_ENUM(
    Phase, {{Phase::requested, "requested"},
            {Phase::entitled, "entitled"},
            {Phase::refused, "refused"},
            {Phase::offered, "offered"},
            {Phase::declined, "declined"},
            {Phase::draft, "draft"},
            {Phase::active, "active"},
            {Phase::ended, "ended"}}
)

struct Period {
    std::string from;  // empty: not set
    std::string until;
    std::string evaluate_on;  // empty: not set, or evaluated for the last time
};

struct Plan {
    Phase phase = Phase::requested;
    std::string requested_on;
    std::string draft_due_on;
    std::string coordinator_due_on;  // when the plan was declined
    std::uint32_t version = 0;       // 1 when activated, one more with each revision
    std::string person_id;           // whose claim it holds, once active
    std::string consent_id;
    std::set<std::string> goals;
    Hearing goals_fixed;                 // when they were last fixed; `on` empty: not yet
    std::uint64_t version_revision = 0;  // the event that made the present version
    bool resources_mapped = false;
    bool carrying_out_told = false;
    bool cooperation_told = false;
    std::set<std::string> contributing_units;  // with a contribution or a reason
    bool child_contributed = false;            // or was offered to, with the reason
    bool family_contributed = false;           // or a reason
    std::set<std::string> ids;                 // contributions, sub-plans, evaluations
    bool child_evaluated = false;              // answered whether this version is of use
    Period period;
};

struct State {
    CaseFacts facts;
    std::map<std::string, Plan> plans;
    std::string current;  // the plan asked for last; empty: none

    [[nodiscard]] const Plan* current_plan() const {
        const auto found = plans.find(current);
        return found == plans.end() ? nullptr : &found->second;
    }
};
void to_json(json& out, const State& state);
void from_json(const json& in, State& state);

// Whether work on the plan goes on: not refused, declined or ended.
[[nodiscard]] bool is_in_progress(Phase phase) noexcept;

}  // namespace samvev::individual_plan
