#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "party.hpp"

namespace samvev::coordination {

enum class MeetingPhase { planned, held, cancelled };
NLOHMANN_JSON_SERIALIZE_ENUM(
    MeetingPhase, {{MeetingPhase::planned, "planned"},
                   {MeetingPhase::held, "held"},
                   {MeetingPhase::cancelled, "cancelled"}}
)

struct Invitation {
    Party invitee;
    std::string answer;  // empty: not answered
};

struct Reader {
    Party party;
    std::uint32_t read_version = 0;  // 0: has not read
};

// What guards a section's text.
struct Section {
    std::string topic;
    std::vector<std::string> audience;  // ids; empty: every reader
    std::string owner_unit;             // whose it is; or empty
};

// Minutes as they were shared. Their text stands in the events alone.
struct Minutes {
    std::string id;
    std::uint32_t version = 1;  // one more for each correction
    std::vector<Section> sections;
    std::vector<Reader> readers;
};

struct Meeting {
    MeetingPhase phase = MeetingPhase::planned;
    std::string title;
    std::string starts_at;
    Party planner;  // the staff member who planned it
    std::map<std::string, Invitation> invitations;
    std::set<std::string> agenda_items;
    std::set<std::string> decisions;
    std::map<std::string, std::string> drafts;  // draft -> actor
    std::optional<Minutes> minutes;
};

enum class TaskPhase { open, completed, cancelled };
NLOHMANN_JSON_SERIALIZE_ENUM(
    TaskPhase, {{TaskPhase::open, "open"},
                {TaskPhase::completed, "completed"},
                {TaskPhase::cancelled, "cancelled"}}
)

struct Task {
    TaskPhase phase = TaskPhase::open;
    std::string title;
    std::string due_on;
    Party responsible;
    bool accepted = false;
    bool overdue = false;  // its present due date has passed, and that has been recorded
};

// What a change of coordinator has done to a conversation and no event of ours tells yet: decisions
// go by it at once, documents follow with thread-joined.
struct Untold {
    std::vector<Party> joined;
    std::set<std::string> waits;  // those that now wait for the coordinator
};

struct Thread {
    bool closed = false;
    std::string title;
    std::vector<Party> participants;
    std::vector<std::string> messages;              // ids in order
    std::map<std::string, std::string> read_up_to;  // party key -> message
    std::map<std::string, Party> waits;             // open waits
    std::set<std::string> past_waits;
    Untold untold;
};

// One recorded activity, as far as the order of work between units depends on it.
struct Step {
    std::int64_t at_us = 0;
    std::string unit;  // UUID or "unknown"
};

struct Activities {
    std::vector<Step> steps;  // by time, then in the order they were recorded
    std::set<std::string> ids;
};

// What this module decides on, folded from the stream of one case.
struct State {
    bool closed = false;
    Party coordinator;  // of the case; at level 0 the last there was; no id: none yet
    std::map<std::string, Meeting> meetings;
    std::map<std::string, Task> tasks;
    std::map<std::string, Thread> threads;
    Activities activities;
};
void to_json(json& out, const State& state);
void from_json(const json& in, State& state);

}  // namespace samvev::coordination
