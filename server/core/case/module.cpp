#include "module.hpp"

#include <map>

#include "names.hpp"

namespace samvev::cases {

namespace {

namespace command_name = names::case_::command;
namespace view_name = names::case_::view;

const std::map<std::string_view, Decide<Case>> commands{
    {command_name::raise_concern, &raise_concern},
    {command_name::open_case, &open_case},
    {command_name::identify_person, &identify_person},
    {command_name::reopen_case, &reopen_case},
    {command_name::set_level, &set_level},
    {command_name::assign_concern_owner, &assign_concern_owner},
    {command_name::remind_of_level, &remind_of_level},
    {command_name::pause_case, &pause_case},
    {command_name::remind_of_pause, &remind_of_pause},
    {command_name::resume_case, &resume_case},
    {command_name::record_closing_talk, &record_closing_talk},
    {command_name::close_case, &close_case},
    {command_name::appoint_coordinator, &appoint_coordinator},
    {command_name::assign_coordinating_service, &assign_coordinating_service},
    {command_name::offer_handover, &offer_handover},
    {command_name::accept_handover, &accept_handover},
    {command_name::reject_handover, &reject_handover},
    {command_name::withdraw_handover, &withdraw_handover},
    {command_name::escalate_handover, &escalate_handover},
    {command_name::decide_handover, &decide_handover},
    {command_name::report_coordinator_left, &report_coordinator_left},
    {command_name::take_over_coordination, &take_over_coordination},
    {command_name::invite_participant, &invite_participant},
    {command_name::accept_invitation, &accept_invitation},
    {command_name::decline_invitation, &decline_invitation},
    {command_name::change_scope, &change_scope},
    {command_name::extend_period, &extend_period},
    {command_name::end_participation, &end_participation},
    {command_name::add_guest, &add_guest},
    {command_name::record_consent, &record_consent},
    {command_name::withdraw_consent, &withdraw_consent},
    {command_name::record_refusal, &record_refusal},
    {command_name::record_statutory_basis, &record_statutory_basis},
    {command_name::record_participation, &record_participation},
    {command_name::record_need, &record_need},
    {command_name::close_need, &close_need},
    {command_name::set_goal, &set_goal},
    {command_name::refine_goal, &refine_goal},
    {command_name::agree_goal, &agree_goal},
    {command_name::rate_goal_progress, &rate_goal_progress},
    {command_name::achieve_goal, &achieve_goal},
    {command_name::abandon_goal, &abandon_goal},
    {command_name::propose_measure, &propose_measure},
    {command_name::offer_measure, &offer_measure},
    {command_name::accept_measure, &accept_measure},
    {command_name::decline_measure, &decline_measure},
    {command_name::start_measure, &start_measure},
    {command_name::change_measure, &change_measure},
    {command_name::pause_measure, &pause_measure},
    {command_name::end_measure, &end_measure},
    {command_name::evaluate_measure, &evaluate_measure},
    {command_name::record_no_show, &record_no_show},
    {command_name::link_case, &link_case},
    {command_name::correct_record, &correct_record},
    {command_name::record_risk_factor, &record_risk_factor},
};

const std::map<std::string_view, Decide<StaffFacts>> staff_commands{
    {command_name::note_duty, &note_duty},
    {command_name::drop_duty, &drop_duty},
    {command_name::return_duties, &return_duties},
};

template <typename State>
void run(
    const std::map<std::string_view, Decide<State>>& all, const State& state,
    const Command& command, Decision& decision
) {
    const auto found = all.find(command.name());
    if (found == all.end()) {
        return decision.unsupported();
    }
    found->second(state, command, decision);
}

using Project = void (*)(json& document, const Event& event);

const std::map<std::string_view, Project> views{
    {view_name::attention, &project_attention},
    {view_name::duties, &project_duties},
    {view_name::overview, &project_overview},
    {view_name::timeline, &project_timeline},
    {view_name::team, &project_team},
    {view_name::plan_board, &project_plan_board},
    {view_name::waiting, &project_waiting},
    {view_name::handover_queue, &project_handover_queue},
    {view_name::my_cases, &project_my_cases},
};

}  // namespace

struct CaseModule
    : Module<
          CaseModule, Folds<"case", Case>, Folds<"unit", UnitFacts>, Folds<"staff", StaffFacts>> {
    static void decide(const Case& state, const Command& command, Decision& decision) {
        run(commands, state, command, decision);
    }
    static void decide(const StaffFacts& staff, const Command& command, Decision& decision) {
        run(staff_commands, staff, command, decision);
    }
    static void react(const Event& event, Reaction& reaction) { cases::react(event, reaction); }
    static void evolve(Case& state, const Event& event) {
        // The first that knows the event has folded it.
        static_cast<void>(
            evolve_case(state, event) || evolve_coordinator(state, event) ||
            evolve_team(state, event) || evolve_plan(state, event)
        );
    }
    static void evolve(UnitFacts& unit, const Event& event) { cases::evolve(unit, event); }
    static void evolve(StaffFacts& staff, const Event& event) { cases::evolve(staff, event); }
    static void project(
        std::string_view view, std::string_view /*key*/, json& document, const Event& event
    ) {
        views.at(view)(document, event);
    }
};

}  // namespace samvev::cases

SAMVEV_BUILTIN_MODULE(case_, samvev::cases::CaseModule)
