#pragma once

#include <samvev/plugin.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace samvev::cases {

// A concern is raised before anybody has decided that there is a case.
enum class Phase { none, concern, open, paused, closed };
NLOHMANN_JSON_SERIALIZE_ENUM(
    Phase, {{Phase::none, "none"},
            {Phase::concern, "concern"},
            {Phase::open, "open"},
            {Phase::paused, "paused"},
            {Phase::closed, "closed"}}
)

// A staff member in the unit they act for.
struct Post {
    std::string staff_id;
    std::string unit_id;
    friend bool operator==(const Post&, const Post&) = default;
};

// An offer of the coordination that waits for an answer. The coordinator stays meanwhile.
struct Handover {
    std::string id;
    Post to;
    std::string answer_by;  // the last day, YYYY-MM-DD
    int step = 0;           // how often it has been lifted; 0: only offered
};

enum class ParticipantPhase { invited, active, ended };
NLOHMANN_JSON_SERIALIZE_ENUM(
    ParticipantPhase, {{ParticipantPhase::invited, "invited"},
                       {ParticipantPhase::active, "active"},
                       {ParticipantPhase::ended, "ended"}}
)

// Somebody in the team. Staff take part through a unit; child and family have none.
struct Participant {
    ParticipantPhase phase = ParticipantPhase::invited;
    std::string role;
    Post post;              // empty ids: not told
    std::string person_id;  // of child or family; else empty
    std::vector<std::string> topics;
    std::string from;
    std::string until;  // YYYY-MM-DD; empty: without end
};

// What may be shared with whom: by consent, or by law without it.
struct Permission {
    std::set<std::string> topics;
    std::set<std::string> unit_ids;         // who may be told; see every_unit
    std::set<std::string> source_unit_ids;  // who may tell; empty: every unit
    bool every_unit = false;                // a statutory basis that names no units
    std::string from;                       // first day, YYYY-MM-DD; empty: since ever
    std::string until;                      // last day; empty: without end
    bool consent = false;                   // else a statutory basis
    bool withdrawn = false;

    // `today`: YYYY-MM-DD.
    [[nodiscard]] bool stands(const std::string& today) const noexcept {
        return !withdrawn && from <= today && (until.empty() || until >= today);
    }
};

enum class GoalPhase { open, achieved, abandoned };
NLOHMANN_JSON_SERIALIZE_ENUM(
    GoalPhase, {{GoalPhase::open, "open"},
                {GoalPhase::achieved, "achieved"},
                {GoalPhase::abandoned, "abandoned"}}
)

struct Goal {
    GoalPhase phase = GoalPhase::open;
    bool childs_own = false;
    bool rated = false;
};

enum class MeasurePhase { proposed, offered, accepted, declined, started, paused, ended };
NLOHMANN_JSON_SERIALIZE_ENUM(
    MeasurePhase, {{MeasurePhase::proposed, "proposed"},
                   {MeasurePhase::offered, "offered"},
                   {MeasurePhase::accepted, "accepted"},
                   {MeasurePhase::declined, "declined"},
                   {MeasurePhase::started, "started"},
                   {MeasurePhase::paused, "paused"},
                   {MeasurePhase::ended, "ended"}}
)

struct Measure {
    MeasurePhase phase = MeasurePhase::proposed;
    std::string begins;  // planned, then started; YYYY-MM-DD or empty
};

// The state of one `case` stream.
//
// Invariant: open or paused at level 1 or above, there is exactly one coordinator. Whoever holds
// the coordination keeps it until another has accepted it or a decision has moved it.
struct Case {
    Phase phase = Phase::none;
    int level = 0;
    std::string person_id;     // empty: nobody identified (only at level 0)
    bool holds_claim = false;  // this stream is the person's one open case
    Post concern_owner;        // empty ids: not told
    std::string decide_by;     // level 0: last day to decide the level; empty: nobody waits
    std::optional<Post> coordinator;
    bool child_coordinator = false;    // the coordinator is one by law
    std::string coordinating_unit_id;  // empty: not told
    std::optional<Handover> handover;
    std::map<std::string, Participant> participants;
    std::map<std::string, Permission> permissions;
    std::map<std::string, bool> needs;  // open?
    std::map<std::string, Goal> goals;
    std::map<std::string, Measure> measures;
    std::set<std::string> open_tasks;  // of the coordination module
    std::set<std::string> linked_case_ids;
    std::set<std::string> other_ids;  // of things that are only recorded, so that none comes twice
    bool child_has_taken_part = false;  // or it has been said why not
    bool was_coordinated = false;       // has been at level 1 or above since it was (re)opened
    bool closing_talk_held = false;     // with the child or the family

    [[nodiscard]] bool is_alive() const noexcept {
        return phase == Phase::concern || phase == Phase::open || phase == Phase::paused;
    }
    // Nobody coordinates, somebody owns the concern.
    [[nodiscard]] bool is_at_level_zero() const noexcept { return is_alive() && level == 0; }
    // Whether the invariant about the coordinator holds now.
    [[nodiscard]] bool is_coordinated() const noexcept {
        return (phase == Phase::open || phase == Phase::paused) && level >= 1;
    }
    [[nodiscard]] bool knows_id(const std::string& id) const noexcept;
};

void to_json(json& out, const Case& state);
void from_json(const json& in, Case& state);

// Each folds the events of its part and says whether it did.
bool evolve_case(Case& state, const Event& event);
bool evolve_coordinator(Case& state, const Event& event);
bool evolve_team(Case& state, const Event& event);
bool evolve_plan(Case& state, const Event& event);

}  // namespace samvev::cases
