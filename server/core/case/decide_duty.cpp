#include "guards.hpp"
#include "module.hpp"
#include "names.hpp"

// What a staff member coordinates is listed in their own stream, so that nothing is left without
// anybody when a role of theirs ends: the list is returned, each case says that its coordinator has
// left, and the unit's leader coordinates until somebody is named.
namespace samvev::cases {

namespace event_name = names::case_::event;
namespace command_name = names::case_::command;
namespace rejection = names::case_::rejection;

void note_duty(const StaffFacts& staff, const Command& command, Decision& decision) {
    const auto case_id = command.data().get("caseId");
    const auto known = staff.duties.find(case_id);
    if (known == staff.duties.end() || known->second != command.data().get("unitId")) {
        decision.emit(event_name::duty_taken, 1, command.data().raw(), case_id);
    }
}

void drop_duty(const StaffFacts& staff, const Command& command, Decision& decision) {
    const auto case_id = command.data().get("caseId");
    if (staff.duties.contains(case_id)) {
        decision.emit(event_name::duty_dropped, 1, command.data().raw(), case_id);
    }
}

void return_duties(const StaffFacts& staff, const Command& command, Decision& decision) {
    for (const auto& [case_id, unit_id] : staff.duties) {
        if (staff.has_left(unit_id, today_text(command))) {
            decision.emit(
                event_name::duty_returned, 1, {{"caseId", case_id}, {"unitId", unit_id}}, case_id
            );
        }
    }
}

void report_coordinator_left(const Case& state, const Command& command, Decision& decision) {
    const Post left{command.data().get("staffId"), command.data().get("unitId")};
    // Somebody else may have taken over meanwhile, or the case may be closed.
    if (!state.is_coordinated() || state.coordinator != left) {
        return;
    }
    json data = command.data().raw();
    const auto unit = command.context<UnitFacts>("unit");
    if (unit && !unit->leader_id.empty() && unit->leader_id != left.staff_id) {
        data["leaderId"] = unit->leader_id;
    }
    decision.emit(event_name::coordinator_left, 1, data);
}

void take_over_coordination(const Case& state, const Command& command, Decision& decision) {
    const Data& data = command.data();
    const Post left{data.get("replacesId"), data.get("coordinatorUnitId")};
    if (!state.is_coordinated() || state.coordinator != left) {
        return;
    }
    require_coordinator(command, decision);
    const auto leader = command.context<StaffFacts>("coordinator");
    decision.require(
        leader && !leader->has_left(left.unit_id, today_text(command)), rejection::leader_left,
        "/coordinatorId"
    );
    decision.emit(
        event_name::coordinator_appointed, 1,
        {{"coordinatorId", data.get("coordinatorId")},
         {"coordinatorUnitId", left.unit_id},
         {"previousCoordinatorId", left.staff_id},
         {"reasonCode", "coordinator-left"}}
    );
}

namespace {

// Keeps the lists of the staff who coordinate and coordinated up to date.
void note_coordinator(const Event& event, Reaction& reaction) {
    const Data& data = event.data();
    const auto coordinator_id = data.find("coordinatorId");
    if (!coordinator_id) {
        return;
    }
    reaction.send(
        "note", command_name::note_duty, "staff", *coordinator_id,
        {{"caseId", event.stream_id()}, {"unitId", data.get_or("coordinatorUnitId", std::string())}}
    );
    const auto previous_id = data.find("previousCoordinatorId");
    if (previous_id && previous_id != coordinator_id) {
        reaction.send(
            "drop", command_name::drop_duty, "staff", *previous_id, {{"caseId", event.stream_id()}}
        );
    }
}

}  // namespace

void react(const Event& event, Reaction& reaction) {
    const Data& data = event.data();
    if (event.is("organisation.staff-role-ended") || event.is("organisation.staff-role-lapsed")) {
        reaction.send("return", command_name::return_duties, "staff", event.stream_id());
    } else if (event.is(event_name::duty_returned)) {
        reaction.send(
            "report", command_name::report_coordinator_left, "case", event.entity(),
            {{"staffId", event.stream_id()}, {"unitId", data.get("unitId")}}
        );
    } else if (event.is(event_name::coordinator_left)) {
        if (const auto leader_id = data.find("leaderId")) {
            reaction.send(
                "take-over", command_name::take_over_coordination, "case", event.stream_id(),
                {{"replacesId", data.get("staffId")},
                 {"coordinatorId", *leader_id},
                 {"coordinatorUnitId", data.get("unitId")}}
            );
        }
    } else {
        note_coordinator(event, reaction);
    }
}

}  // namespace samvev::cases
