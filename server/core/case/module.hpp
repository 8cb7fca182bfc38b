#pragma once

#include <samvev/plugin.hpp>
#include <string_view>

#include "facts.hpp"
#include "state.hpp"

// The module's parts: each command is a function that says no or writes; each view one that folds.
namespace samvev::cases {

template <typename State>
using Decide = void (*)(const State& state, const Command& command, Decision& decision);

// decide_opening.cpp
void raise_concern(const Case& state, const Command& command, Decision& decision);
void open_case(const Case& state, const Command& command, Decision& decision);
void identify_person(const Case& state, const Command& command, Decision& decision);
void reopen_case(const Case& state, const Command& command, Decision& decision);

// decide_level.cpp
void set_level(const Case& state, const Command& command, Decision& decision);

// decide_concern_owner.cpp
void assign_concern_owner(const Case& state, const Command& command, Decision& decision);
void remind_of_level(const Case& state, const Command& command, Decision& decision);

// decide_closing.cpp
void pause_case(const Case& state, const Command& command, Decision& decision);
void remind_of_pause(const Case& state, const Command& command, Decision& decision);
void resume_case(const Case& state, const Command& command, Decision& decision);
void record_closing_talk(const Case& state, const Command& command, Decision& decision);
void close_case(const Case& state, const Command& command, Decision& decision);

// decide_coordinator.cpp
void appoint_coordinator(const Case& state, const Command& command, Decision& decision);
void assign_coordinating_service(const Case& state, const Command& command, Decision& decision);

// decide_handover.cpp
void offer_handover(const Case& state, const Command& command, Decision& decision);
void accept_handover(const Case& state, const Command& command, Decision& decision);
void reject_handover(const Case& state, const Command& command, Decision& decision);
void withdraw_handover(const Case& state, const Command& command, Decision& decision);

// decide_escalation.cpp
void escalate_handover(const Case& state, const Command& command, Decision& decision);
void decide_handover(const Case& state, const Command& command, Decision& decision);

// decide_duty.cpp
void note_duty(const StaffFacts& staff, const Command& command, Decision& decision);
void drop_duty(const StaffFacts& staff, const Command& command, Decision& decision);
void return_duties(const StaffFacts& staff, const Command& command, Decision& decision);
void report_coordinator_left(const Case& state, const Command& command, Decision& decision);
void take_over_coordination(const Case& state, const Command& command, Decision& decision);
void react(const Event& event, Reaction& reaction);

// decide_team.cpp
void invite_participant(const Case& state, const Command& command, Decision& decision);
void accept_invitation(const Case& state, const Command& command, Decision& decision);
void decline_invitation(const Case& state, const Command& command, Decision& decision);
void change_scope(const Case& state, const Command& command, Decision& decision);
void extend_period(const Case& state, const Command& command, Decision& decision);
void end_participation(const Case& state, const Command& command, Decision& decision);
void add_guest(const Case& state, const Command& command, Decision& decision);

// decide_consent.cpp
void record_consent(const Case& state, const Command& command, Decision& decision);
void withdraw_consent(const Case& state, const Command& command, Decision& decision);
void record_refusal(const Case& state, const Command& command, Decision& decision);
void record_statutory_basis(const Case& state, const Command& command, Decision& decision);
void record_participation(const Case& state, const Command& command, Decision& decision);

// decide_goal.cpp
void record_need(const Case& state, const Command& command, Decision& decision);
void close_need(const Case& state, const Command& command, Decision& decision);
void set_goal(const Case& state, const Command& command, Decision& decision);
void refine_goal(const Case& state, const Command& command, Decision& decision);
void agree_goal(const Case& state, const Command& command, Decision& decision);
void rate_goal_progress(const Case& state, const Command& command, Decision& decision);
void achieve_goal(const Case& state, const Command& command, Decision& decision);
void abandon_goal(const Case& state, const Command& command, Decision& decision);

// decide_measure.cpp
void propose_measure(const Case& state, const Command& command, Decision& decision);
void offer_measure(const Case& state, const Command& command, Decision& decision);
void accept_measure(const Case& state, const Command& command, Decision& decision);
void decline_measure(const Case& state, const Command& command, Decision& decision);
void start_measure(const Case& state, const Command& command, Decision& decision);
void change_measure(const Case& state, const Command& command, Decision& decision);
void pause_measure(const Case& state, const Command& command, Decision& decision);
void end_measure(const Case& state, const Command& command, Decision& decision);
void evaluate_measure(const Case& state, const Command& command, Decision& decision);
void record_no_show(const Case& state, const Command& command, Decision& decision);

// decide_record.cpp
void link_case(const Case& state, const Command& command, Decision& decision);
void correct_record(const Case& state, const Command& command, Decision& decision);
void record_risk_factor(const Case& state, const Command& command, Decision& decision);

void project_overview(json& document, const Event& event);
void project_timeline(json& document, const Event& event);
void project_team(json& document, const Event& event);
void project_plan_board(json& document, const Event& event);
void project_waiting(json& document, const Event& event);
void project_attention(json& document, const Event& event);
void project_duties(json& document, const Event& event);
void project_handover_queue(json& document, const Event& event);
void project_my_cases(json& document, const Event& event);

}  // namespace samvev::cases
