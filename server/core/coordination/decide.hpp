#pragma once

#include <initializer_list>

#include "state.hpp"

// One function for each command: it emits, or rejects with every reason at once.
namespace samvev::coordination {

void plan_meeting(const State&, const Command&, Decision&);
void prepare_agenda(const State&, const Command&, Decision&);
void add_child_agenda_item(const State&, const Command&, Decision&);
void move_meeting(const State&, const Command&, Decision&);
void cancel_meeting(const State&, const Command&, Decision&);
void record_decision(const State&, const Command&, Decision&);
void invite_to_meeting(const State&, const Command&, Decision&);
void answer_invitation(const State&, const Command&, Decision&);
void hold_meeting(const State&, const Command&, Decision&);
void draft_minutes(const State&, const Command&, Decision&);
void share_minutes(const State&, const Command&, Decision&);
void correct_minutes(const State&, const Command&, Decision&);
void confirm_read(const State&, const Command&, Decision&);

void create_task(const State&, const Command&, Decision&);
void assign_task(const State&, const Command&, Decision&);
void reassign_task(const State&, const Command&, Decision&);
void accept_task(const State&, const Command&, Decision&);
void reschedule_task(const State&, const Command&, Decision&);
void complete_task(const State&, const Command&, Decision&);
void cancel_task(const State&, const Command&, Decision&);
void mark_task_overdue(const State&, const Command&, Decision&);

void hand_over_threads(const State&, const Command&, Decision&);
void start_thread(const State&, const Command&, Decision&);
void add_to_thread(const State&, const Command&, Decision&);
void post_message(const State&, const Command&, Decision&);
void mark_read(const State&, const Command&, Decision&);
void wait_for(const State&, const Command&, Decision&);
void resolve_waiting(const State&, const Command&, Decision&);
void close_thread(const State&, const Command&, Decision&);

void record_activity(const State&, const Command&, Decision&);

// Rejects when the case is closed: it takes no new work.
bool require_open_case(const State& state, Decision& decision);
// Rejects when the thing that the command is about happened in the future.
bool require_past(const Command& command, Decision& decision);
// The meeting that the command names; rejects and gives null when there is none.
const Meeting* find_meeting(const State& state, const Command& command, Decision& decision);
// The same, and still to be held.
const Meeting* find_planned_meeting(const State& state, const Command& command, Decision& decision);

// Copies those members of the command's data that are there.
void copy_given(const Command& command, json& out, std::initializer_list<const char*> names);

// The key of a document in coordination.waiting for something inside the command's case.
[[nodiscard]] std::string waiting_key(const Command& command, std::string_view thing);
// How many of the meeting's invitations nobody has answered.
[[nodiscard]] std::size_t unanswered_count(const Meeting& meeting);
// The keys of what waits for their answers: those invited, and the planner.
[[nodiscard]] json unanswered_keys(const Meeting& meeting, const Command& command);
// The key of what waits for the planner of a meeting.
[[nodiscard]] std::string planner_key(const Command& command, const std::string& meeting_id);

}  // namespace samvev::coordination
