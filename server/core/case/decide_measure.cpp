#include <algorithm>
#include <initializer_list>

#include "guards.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;
namespace rejection = names::case_::rejection;

namespace {

using enum MeasurePhase;

// The measure the command names, when it is in one of `phases`.
const Measure* find_measure(
    const Case& state, const Command& command, std::initializer_list<MeasurePhase> phases,
    Decision& decision
) {
    if (!require_open(state, decision)) {
        return nullptr;
    }
    const auto found = state.measures.find(command.data().get("measureId"));
    if (!decision.require(
            found != state.measures.end(), rejection::measure_unknown, "/measureId"
        )) {
        return nullptr;
    }
    const MeasurePhase phase = found->second.phase;
    const bool fits = decision.require(
        std::find(phases.begin(), phases.end(), phase) != phases.end(),
        rejection::measure_wrong_state, "/measureId", {{"state", phase}}
    );
    return fits ? &found->second : nullptr;
}

void emit(const Command& command, std::string_view event, Decision& decision) {
    decision.emit(event, 1, command.data().raw(), command.data().get("measureId"));
}

void require_known_goals(const Case& state, const Data& data, Decision& decision) {
    for (const auto& id : data.get_or<std::vector<std::string>>("goalIds", {})) {
        decision.require(
            state.goals.contains(id), rejection::goal_unknown, "/goalIds", {{"goalId", id}}
        );
    }
    decision.require(
        !data.has("needId") || state.needs.contains(data.get("needId")), rejection::need_unknown,
        "/needId"
    );
}

}  // namespace

void propose_measure(const Case& state, const Command& command, Decision& decision) {
    const Data& data = command.data();
    require_open(state, decision);
    require_new_id(state, command, "measureId", decision);
    require_unit(command, "unitId", "unit", decision);
    require_known_goals(state, data, decision);
    require_period(
        data.get_or<std::string>("plannedStart", ""), data.get_or<std::string>("plannedEnd", ""),
        "/plannedEnd", decision
    );
    emit(command, event_name::measure_proposed, decision);
}

void offer_measure(const Case& state, const Command& command, Decision& decision) {
    if (find_measure(state, command, {proposed}, decision) != nullptr) {
        emit(command, event_name::measure_offered, decision);
    }
}

void accept_measure(const Case& state, const Command& command, Decision& decision) {
    if (find_measure(state, command, {offered}, decision) != nullptr) {
        emit(command, event_name::measure_accepted, decision);
    }
}

void decline_measure(const Case& state, const Command& command, Decision& decision) {
    if (find_measure(state, command, {proposed, offered, accepted}, decision) != nullptr) {
        emit(command, event_name::measure_declined, decision);
    }
}

void start_measure(const Case& state, const Command& command, Decision& decision) {
    if (find_measure(state, command, {accepted, paused}, decision) == nullptr) {
        return;
    }
    json data = command.data().raw();
    if (!data.contains("startedOn")) {
        data["startedOn"] = today_text(command);
    }
    decision.require(
        data["startedOn"] <= today_text(command), rejection::date_in_future, "/startedOn"
    );
    decision.emit(event_name::measure_started, 1, data, command.data().get("measureId"));
}

void change_measure(const Case& state, const Command& command, Decision& decision) {
    const Measure* const measure =
        find_measure(state, command, {proposed, offered, accepted, started, paused}, decision);
    if (measure != nullptr) {
        require_period(
            measure->begins, command.data().get_or<std::string>("plannedEnd", ""), "/plannedEnd",
            decision
        );
        emit(command, event_name::measure_changed, decision);
    }
}

void pause_measure(const Case& state, const Command& command, Decision& decision) {
    if (find_measure(state, command, {started}, decision) != nullptr) {
        emit(command, event_name::measure_paused, decision);
    }
}

void end_measure(const Case& state, const Command& command, Decision& decision) {
    const Measure* const measure =
        find_measure(state, command, {proposed, offered, accepted, started, paused}, decision);
    if (measure != nullptr) {
        const bool began = measure->phase == started || measure->phase == paused;
        require_period(
            began ? measure->begins : "", command.data().get_or("endedOn", today_text(command)),
            "/endedOn", decision
        );
        emit(command, event_name::measure_ended, decision);
    }
}

void evaluate_measure(const Case& state, const Command& command, Decision& decision) {
    if (find_measure(state, command, {started, paused, ended}, decision) != nullptr) {
        emit(command, event_name::measure_evaluated, decision);
    }
}

void record_no_show(const Case& state, const Command& command, Decision& decision) {
    if (find_measure(state, command, {offered, accepted, started}, decision) != nullptr) {
        emit(command, event_name::no_show_recorded, decision);
    }
}

}  // namespace samvev::cases
