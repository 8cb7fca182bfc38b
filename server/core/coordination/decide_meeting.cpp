#include <algorithm>

#include "decide.hpp"
#include "instant.hpp"
#include "names.hpp"

namespace samvev::coordination {

namespace event_name = names::coordination::event;
namespace rejection = names::coordination::rejection;

bool require_open_case(const State& state, Decision& decision) {
    return decision.require(!state.closed, rejection::case_closed);
}

bool require_past(const Command& command, Decision& decision) {
    return decision.require(
        parse_date(command.occurred_on()) <= command.today(), rejection::occurred_in_future
    );
}

const Meeting* find_meeting(const State& state, const Command& command, Decision& decision) {
    const auto found = state.meetings.find(command.data().get("meetingId"));
    if (found == state.meetings.end()) {
        decision.reject(rejection::meeting_unknown, "/meetingId");
        return nullptr;
    }
    return &found->second;
}

const Meeting* find_planned_meeting(
    const State& state, const Command& command, Decision& decision
) {
    const Meeting* meeting = find_meeting(state, command, decision);
    if (meeting != nullptr &&
        !decision.require(
            meeting->phase == MeetingPhase::planned, rejection::meeting_not_planned, "/meetingId"
        )) {
        return nullptr;
    }
    return meeting;
}

void copy_given(const Command& command, json& out, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (command.data().has(name)) {
            out[name] = command.data().raw()[name];
        }
    }
}

std::string waiting_key(const Command& command, std::string_view thing) {
    return std::string(command.stream_kind()) + "/" + std::string(command.stream_id()) + "#" +
           std::string(thing);
}

std::size_t unanswered_count(const Meeting& meeting) {
    return static_cast<std::size_t>(std::count_if(
        meeting.invitations.begin(), meeting.invitations.end(),
        [](const auto& entry) { return entry.second.answer.empty(); }
    ));
}

std::string planner_key(const Command& command, const std::string& meeting_id) {
    return waiting_key(command, meeting_id + "/planner");
}

json unanswered_keys(const Meeting& meeting, const Command& command) {
    json keys = json::array({planner_key(command, command.data().get("meetingId"))});
    for (const auto& [id, invitation] : meeting.invitations) {
        if (invitation.answer.empty()) {
            keys.push_back(waiting_key(command, id));
        }
    }
    return keys;
}

namespace {

void require_end_after_start(const Command& command, Decision& decision) {
    decision.require(
        instant_of(command.data().get("startsAt")) < instant_of(command.data().get("endsAt")),
        rejection::meeting_ends_before_start, "/endsAt"
    );
}

// Every item once, and none that the meeting has already unless it is `own`.
void require_new_items(const json& agenda, const std::set<std::string>& taken, Decision& decision) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < agenda.size(); ++i) {
        const auto id = agenda[i].at("itemId").get<std::string>();
        decision.require(
            seen.insert(id).second && !taken.contains(id), rejection::id_in_use,
            "/agenda/" + std::to_string(i) + "/itemId"
        );
    }
}

}  // namespace

void plan_meeting(const State& state, const Command& command, Decision& decision) {
    const std::string id = command.data().get("meetingId");
    require_open_case(state, decision);
    decision.require(!state.meetings.contains(id), rejection::id_in_use, "/meetingId");
    require_end_after_start(command, decision);
    const json agenda = command.data().get_or("agenda", json::array());
    require_new_items(agenda, {}, decision);
    if (decision.rejected()) {
        return;
    }
    json planned = command.data().raw();
    planned["agenda"] = agenda;
    decision.emit(event_name::meeting_planned, 1, planned, id);
}

void prepare_agenda(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    const Meeting* meeting = find_planned_meeting(state, command, decision);
    require_new_items(command.data().raw().at("agenda"), {}, decision);
    if (meeting != nullptr && !decision.rejected()) {
        decision.emit(
            event_name::agenda_prepared, 1, command.data().raw(), command.data().get("meetingId")
        );
    }
}

void add_child_agenda_item(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    const Meeting* meeting = find_planned_meeting(state, command, decision);
    if (meeting != nullptr) {
        decision.require(
            !meeting->agenda_items.contains(command.data().get("itemId")), rejection::id_in_use,
            "/itemId"
        );
    }
    if (decision.rejected()) {
        return;
    }
    json added = command.data().raw();
    // Whether the child wrote it alone or told somebody is part of the voice.
    added["writtenBy"] = command.has_role("child") ? "child" : "on-behalf";
    decision.emit(event_name::child_agenda_item_added, 1, added, command.data().get("meetingId"));
}

void move_meeting(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    const Meeting* meeting = find_planned_meeting(state, command, decision);
    require_end_after_start(command, decision);
    if (meeting == nullptr || decision.rejected()) {
        return;
    }
    const std::string id = command.data().get("meetingId");
    const std::string starts_at = command.data().get("startsAt");
    json moved = command.data().raw();
    moved["previousStartsAt"] = meeting->starts_at;
    decision.emit(event_name::meeting_moved, 1, moved, id);
    for (const auto& [invitation_id, invitation] : meeting->invitations) {
        decision.emit(
            event_name::invitation_sent, 1,
            {{"meetingId", id},
             {"invitationId", invitation_id},
             {"invitee", invitation.invitee},
             {"title", meeting->title},
             {"startsAt", starts_at},
             {"planner", meeting->planner},
             {"unanswered", meeting->invitations.size()},
             {"waiting",
              json::array({waiting_key(command, invitation_id), planner_key(command, id)})}},
            id
        );
    }
}

void cancel_meeting(const State& state, const Command& command, Decision& decision) {
    const Meeting* meeting = find_planned_meeting(state, command, decision);
    if (meeting == nullptr) {
        return;
    }
    json cancelled = command.data().raw();
    cancelled["waiting"] = unanswered_keys(*meeting, command);
    decision.emit(event_name::meeting_cancelled, 1, cancelled, command.data().get("meetingId"));
}

void record_decision(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    const Meeting* meeting = find_meeting(state, command, decision);
    if (meeting != nullptr) {
        decision.require(
            meeting->phase == MeetingPhase::held, rejection::meeting_not_held, "/meetingId"
        );
        decision.require(
            !meeting->decisions.contains(command.data().get("decisionId")), rejection::id_in_use,
            "/decisionId"
        );
    }
    if (!decision.rejected()) {
        decision.emit(
            event_name::decision_recorded, 1, command.data().raw(), command.data().get("meetingId")
        );
    }
}

}  // namespace samvev::coordination
