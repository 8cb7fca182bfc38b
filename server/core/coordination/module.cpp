#include <array>
#include <string_view>
#include <utility>

#include "decide.hpp"
#include "evolve.hpp"
#include "facts.hpp"
#include "names.hpp"
#include "project.hpp"

namespace samvev::coordination {

namespace {

namespace command_name = names::coordination::command;
namespace view_name = names::coordination::view;

using Handler = void (*)(const State&, const Command&, Decision&);
constexpr std::array<std::pair<std::string_view, Handler>, 30> handlers{{
    {command_name::record_activity, &record_activity},
    {command_name::plan_meeting, &plan_meeting},
    {command_name::prepare_agenda, &prepare_agenda},
    {command_name::add_child_agenda_item, &add_child_agenda_item},
    {command_name::invite_to_meeting, &invite_to_meeting},
    {command_name::answer_invitation, &answer_invitation},
    {command_name::move_meeting, &move_meeting},
    {command_name::cancel_meeting, &cancel_meeting},
    {command_name::hold_meeting, &hold_meeting},
    {command_name::record_decision, &record_decision},
    {command_name::draft_minutes, &draft_minutes},
    {command_name::share_minutes, &share_minutes},
    {command_name::correct_minutes, &correct_minutes},
    {command_name::confirm_read, &confirm_read},
    {command_name::create_task, &create_task},
    {command_name::assign_task, &assign_task},
    {command_name::reassign_task, &reassign_task},
    {command_name::accept_task, &accept_task},
    {command_name::reschedule_task, &reschedule_task},
    {command_name::complete_task, &complete_task},
    {command_name::cancel_task, &cancel_task},
    {command_name::mark_task_overdue, &mark_task_overdue},
    {command_name::start_thread, &start_thread},
    {command_name::add_to_thread, &add_to_thread},
    {command_name::hand_over_threads, &hand_over_threads},
    {command_name::post_message, &post_message},
    {command_name::mark_read, &mark_read},
    {command_name::wait_for, &wait_for},
    {command_name::resolve_waiting, &resolve_waiting},
    {command_name::close_thread, &close_thread},
}};

bool is_about(const Event& event, std::string_view thing) {
    constexpr std::string_view prefix = "coordination.";
    return event.type().starts_with(prefix) &&
           event.type().substr(prefix.size()).starts_with(thing);
}

}  // namespace

// Meetings, tasks, conversations and recorded activities of a case.
struct Coordination : Module<
                          Coordination, Folds<"case", State>, Folds<"unit", UnitFacts>,
                          Folds<"staff", StaffFacts>> {
    static void decide(const State& state, const Command& command, Decision& decision) {
        for (const auto& [name, handler] : handlers) {
            if (command.is(name)) {
                return handler(state, command, decision);
            }
        }
        decision.unsupported();
    }

    static void evolve(State& state, const Event& event) {
        if (event.is("case.case-closed")) {
            state.closed = true;
        } else if (event.is("case.case-reopened")) {
            state.closed = false;
            evolve_coordinator(state, event);
        } else if (event.type().starts_with("case.")) {
            evolve_coordinator(state, event);
        } else if (is_about(event, "activity-")) {
            evolve_activity(state, event);
        } else if (is_about(event, "task-")) {
            evolve_task(state, event);
        } else if (is_about(event, "thread-") || is_about(event, "message-") ||
                   is_about(event, "waiting-")) {
            evolve_thread(state, event);
        } else {
            evolve_meeting(state, event);
        }
    }

    static void evolve(UnitFacts& unit, const Event& event) { evolve_unit(unit, event); }
    static void evolve(StaffFacts& staff, const Event& event) { evolve_staff(staff, event); }

    static void react(const Event& event, Reaction& reaction) {
        reaction.send(
            "hand-over-threads", command_name::hand_over_threads, event.stream_kind(),
            event.stream_id()
        );
    }

    static void project(
        std::string_view view, std::string_view key, json& document, const Event& event
    ) {
        if (view == view_name::waiting) {
            project_waiting(key, document, event);
        } else if (view == view_name::deadlines) {
            project_deadlines(document, event);
        } else if (view == view_name::meetings) {
            project_meetings(document, event);
        } else if (view == view_name::tasks) {
            project_tasks(document, event);
        } else if (view == view_name::threads) {
            project_threads(document, event);
        } else if (view == view_name::activity_counts) {
            project_activity_counts(document, event);
        } else if (view == view_name::handover_of_work) {
            project_handover_of_work(key, document, event);
        } else if (view == view_name::unit_activity) {
            project_unit_activity(key, document, event);
        }
    }
};

}  // namespace samvev::coordination

SAMVEV_BUILTIN_MODULE(coordination, samvev::coordination::Coordination)
