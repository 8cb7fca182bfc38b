#include "state.hpp"

namespace samvev::coordination {

// The snapshot of a state: raise "stateVersion" in the manifest when a member here changes.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Invitation, invitee, answer)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Reader, party, read_version)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Section, topic, audience, owner_unit)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Minutes, id, version, sections, readers)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Task, phase, title, due_on, responsible, accepted, overdue)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Untold, joined, waits)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(
    Thread, closed, title, participants, messages, read_up_to, waits, past_waits, untold
)

static void to_json(json& out, const Step& step) {
    out = json::array({step.at_us, step.unit});
}
static void from_json(const json& in, Step& step) {
    in.at(0).get_to(step.at_us);
    in.at(1).get_to(step.unit);
}
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Activities, steps, ids)

static void to_json(json& out, const Meeting& meeting) {
    out = json{
        {"phase", meeting.phase},
        {"title", meeting.title},
        {"starts_at", meeting.starts_at},
        {"planner", meeting.planner},
        {"invitations", meeting.invitations},
        {"agenda_items", meeting.agenda_items},
        {"decisions", meeting.decisions},
        {"drafts", meeting.drafts},
        {"minutes", meeting.minutes ? json(*meeting.minutes) : json()}
    };
}
static void from_json(const json& in, Meeting& meeting) {
    in.at("phase").get_to(meeting.phase);
    in.at("title").get_to(meeting.title);
    in.at("starts_at").get_to(meeting.starts_at);
    in.at("planner").get_to(meeting.planner);
    in.at("invitations").get_to(meeting.invitations);
    in.at("agenda_items").get_to(meeting.agenda_items);
    in.at("decisions").get_to(meeting.decisions);
    in.at("drafts").get_to(meeting.drafts);
    if (!in.at("minutes").is_null()) {
        meeting.minutes = in.at("minutes").get<Minutes>();
    }
}

void to_json(json& out, const State& state) {
    out = json{{"closed", state.closed},     {"coordinator", state.coordinator},
               {"meetings", state.meetings}, {"tasks", state.tasks},
               {"threads", state.threads},   {"activities", state.activities}};
}

void from_json(const json& in, State& state) {
    in.at("closed").get_to(state.closed);
    in.at("coordinator").get_to(state.coordinator);
    in.at("meetings").get_to(state.meetings);
    in.at("tasks").get_to(state.tasks);
    in.at("threads").get_to(state.threads);
    in.at("activities").get_to(state.activities);
}

}  // namespace samvev::coordination
