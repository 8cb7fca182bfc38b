#include <array>
#include <string_view>
#include <utility>

#include "calendar.hpp"
#include "decide.hpp"
#include "evolve.hpp"
#include "names.hpp"
#include "project.hpp"

namespace samvev::individual_plan {

namespace {

namespace command_name = names::individual_plan::command;
namespace event_name = names::individual_plan::event;
namespace view_name = names::individual_plan::view;

using Handler = void (*)(const State&, const Command&, Decision&);
constexpr std::array<std::pair<std::string_view, Handler>, 15> handlers{{
    {command_name::request_plan, &request_plan},
    {command_name::assess_right, &assess_right},
    {command_name::offer_plan, &offer_plan},
    {command_name::decline_plan, &decline_plan},
    {command_name::offer_coordinator_without_plan, &offer_coordinator_without_plan},
    {command_name::draft_plan, &draft_plan},
    {command_name::map_resources, &map_resources},
    {command_name::add_contribution, &add_contribution},
    {command_name::set_plan_period, &set_plan_period},
    {command_name::attach_sub_plan, &attach_sub_plan},
    {command_name::activate_plan, &activate_plan},
    {command_name::evaluate_plan, &evaluate_plan},
    {command_name::revise_plan, &revise_plan},
    {command_name::end_plan, &end_plan},
    {command_name::detect_stale, &detect_stale},
}};

}  // namespace

// The individual plan (individuell plan) of one person, in the stream of the case.
struct IndividualPlan : Module<IndividualPlan, Folds<"case", State>> {
    static void decide(const State& state, const Command& command, Decision& decision) {
        for (const auto& [name, handler] : handlers) {
            if (command.is(name)) {
                return handler(state, command, decision);
            }
        }
        decision.unsupported();
    }

    static void evolve(State& state, const Event& event) {
        if (event.type().starts_with("individual-plan.")) {
            evolve_plan(state, event);
        } else {
            evolve_case(state.facts, event);
        }
        // Looking at a plan is not using it.
        if (!event.is(event_name::plan_checked) && !event.is(event_name::plan_stale_detected)) {
            state.facts.last_activity_us = event.recorded_at().time_since_epoch().count();
        }
    }

    static void project(
        std::string_view view, std::string_view, json& document, const Event& event
    ) {
        if (view == view_name::plan) {
            project_plan(document, event);
        } else if (view == view_name::due) {
            project_due(document, event);
        } else if (view == view_name::waiting) {
            project_waiting(document, event);
        }
    }

    // plan-requested: version 1 named who asked by role alone and had no date for the first draft.
    static json upcast(const Event& event) {
        if (!event.is(event_name::plan_requested) || event.version() != 1) {
            throw Fault("no newer version of " + std::string(event.type()));
        }
        json data = event.data().raw();
        data["requestedBy"] = json{{"role", event.data().get("requestedBy")}};
        data["draftDueOn"] = plus_days(day_of(event.occurred_on()), first_draft_days);
        return data;
    }

    static void react(const Event& event, Reaction& reaction) {
        if (event.is("case.case-closed")) {
            reaction.send(
                "end-plan", command_name::end_plan, event.stream_kind(), event.stream_id(),
                {{"reason", "case-closed"}}
            );
        } else if (event.is("case.case-reopened") || event.data().get_or("level", 1) == 0) {
            // Its timer may have run out in the closed case; level 0 takes its coordinator away.
            reaction.send(
                "look", command_name::detect_stale, event.stream_kind(), event.stream_id()
            );
        }
    }
};

}  // namespace samvev::individual_plan

SAMVEV_PLUGIN(samvev::individual_plan::IndividualPlan)
