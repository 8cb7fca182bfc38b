#include "decide.hpp"
#include "names.hpp"
#include "require_party.hpp"

namespace samvev::coordination {

namespace event_name = names::coordination::event;
namespace rejection = names::coordination::rejection;

void invite_to_meeting(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    const Meeting* meeting = find_planned_meeting(state, command, decision);
    if (meeting == nullptr) {
        return;
    }
    std::set<std::string> invited;
    std::set<std::string> ids;
    for (const auto& [id, invitation] : meeting->invitations) {
        ids.insert(id);
        invited.insert(invitation.invitee.key());
    }
    const json& wanted = command.data().raw().at("invitations");
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const std::string field = "/invitations/" + std::to_string(i);
        const auto invitee = wanted[i].at("invitee").get<Party>();
        require_active_party(
            invitee, "invitee" + std::to_string(i), field + "/invitee", command, decision
        );
        decision.require(
            ids.insert(wanted[i].at("invitationId").get<std::string>()).second,
            rejection::id_in_use, field + "/invitationId"
        );
        decision.require(
            invited.insert(invitee.key()).second, rejection::already_invited, field + "/invitee"
        );
    }
    if (decision.rejected()) {
        return;
    }
    const std::string meeting_id = command.data().get("meetingId");
    for (const json& one : wanted) {
        const auto id = one.at("invitationId").get<std::string>();
        decision.emit(
            event_name::invitation_sent, 1,
            {{"meetingId", meeting_id},
             {"invitationId", id},
             {"invitee", one.at("invitee").get<Party>()},
             {"title", meeting->title},
             {"startsAt", meeting->starts_at},
             {"planner", meeting->planner},
             {"unanswered", unanswered_count(*meeting) + wanted.size()},
             {"waiting", json::array({waiting_key(command, id), planner_key(command, meeting_id)})}
            },
            meeting_id
        );
    }
}

// A family may answer by phone: staff then record it. Nobody answers for another colleague.
static bool may_answer(const Party& invitee, const Command& command) {
    return is_caller(invitee, command) ||
           (invitee.kind == PartyKind::person && command.actor().starts_with("staff/"));
}

void answer_invitation(const State& state, const Command& command, Decision& decision) {
    require_open_case(state, decision);
    const Meeting* meeting = find_planned_meeting(state, command, decision);
    if (meeting == nullptr) {
        return;
    }
    const std::string id = command.data().get("invitationId");
    const auto found = meeting->invitations.find(id);
    if (found == meeting->invitations.end()) {
        return decision.reject(rejection::invitation_unknown, "/invitationId");
    }
    const Invitation& invitation = found->second;
    decision.require(
        may_answer(invitation.invitee, command), rejection::invitation_not_yours, "/invitationId"
    );
    if (decision.rejected() ||
        (invitation.answer == command.data().get("answer") && !command.data().has("comment"))) {
        return;
    }
    json answered = command.data().raw();
    answered["invitee"] = invitation.invitee;
    const std::string meeting_id = command.data().get("meetingId");
    answered["unanswered"] = unanswered_count(*meeting) - (invitation.answer.empty() ? 1 : 0);
    answered["waiting"] = json::array({waiting_key(command, id), planner_key(command, meeting_id)});
    decision.emit(event_name::invitation_answered, 1, answered, meeting_id);
}

}  // namespace samvev::coordination
