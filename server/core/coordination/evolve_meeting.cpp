#include "evolve.hpp"
#include "names.hpp"

namespace samvev::coordination {

namespace event_name = names::coordination::event;

namespace {

void fold_invitations(Meeting& meeting, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::invitation_sent)) {
        // Sent again when the meeting moves: the answer was to another time.
        meeting.invitations[data.get("invitationId")] = {data.get<Party>("invitee"), ""};
    } else if (event.is(event_name::invitation_answered)) {
        if (const auto found = meeting.invitations.find(data.get("invitationId"));
            found != meeting.invitations.end()) {
            found->second.answer = data.get("answer");
        }
    }
}

void fold_minutes(Meeting& meeting, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::minutes_drafted)) {
        meeting.drafts[data.get("draftId")] = std::string(event.actor());
    } else if (event.is(event_name::minutes_shared)) {
        Minutes minutes{.id = data.get("minutesId"), .version = 1, .sections = {}, .readers = {}};
        for (Party& party : data.get<std::vector<Party>>("readers")) {
            minutes.readers.push_back({std::move(party), 0});
        }
        meeting.minutes = std::move(minutes);
        meeting.drafts.clear();
    } else if (!meeting.minutes) {
        return;
    } else if (event.is(event_name::minutes_section_shared)) {
        meeting.minutes->sections.push_back(
            {data.get("topic"), data.get_or<std::vector<std::string>>("audience", {}),
             data.get_or<std::string>("ownerUnitId", "")}
        );
    } else if (event.is(event_name::minutes_corrected)) {
        meeting.minutes->version = data.get<std::uint32_t>("version");
    } else if (event.is(event_name::minutes_read_confirmed)) {
        const std::string reader = data.get<Party>("reader").key();
        for (Reader& one : meeting.minutes->readers) {
            if (one.party.key() == reader) {
                one.read_version = data.get<std::uint32_t>("version");
            }
        }
    }
}

void fold_agenda(Meeting& meeting, const Event& event) {
    const Data& data = event.data();
    for (const json& item : data.raw().value("agenda", json::array())) {
        meeting.agenda_items.insert(item.at("itemId").get<std::string>());
    }
    if (event.is(event_name::child_agenda_item_added)) {
        meeting.agenda_items.insert(data.get("itemId"));
    }
}

std::string actor_id(const Event& event) {
    return std::string(event.actor().substr(event.actor().find('/') + 1));
}

}  // namespace

void evolve_meeting(State& state, const Event& event) {
    const std::string id(event.entity());
    if (event.is(event_name::meeting_planned)) {
        Meeting& meeting = state.meetings[id];
        meeting.title = event.data().get_or<std::string>("title", "");
        meeting.starts_at = event.data().get_or<std::string>("startsAt", "");
        meeting.planner = Party{PartyKind::staff, actor_id(event), std::string(event.unit()), ""};
        fold_agenda(meeting, event);
        return;
    }
    const auto found = state.meetings.find(id);
    if (found == state.meetings.end()) {
        return;
    }
    Meeting& meeting = found->second;
    if (event.is(event_name::meeting_cancelled)) {
        meeting.phase = MeetingPhase::cancelled;
    } else if (event.is(event_name::meeting_held)) {
        meeting.phase = MeetingPhase::held;
    } else if (event.has_data()) {
        if (event.is(event_name::meeting_moved)) {
            meeting.starts_at = event.data().get("startsAt");
        } else if (event.is(event_name::decision_recorded)) {
            meeting.decisions.insert(event.data().get("decisionId"));
        } else {
            fold_agenda(meeting, event);
            fold_invitations(meeting, event);
            fold_minutes(meeting, event);
        }
    }
}

}  // namespace samvev::coordination
