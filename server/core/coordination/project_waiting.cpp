#include "names.hpp"
#include "project.hpp"

namespace samvev::coordination {

namespace event_name = names::coordination::event;

namespace {

// "case/<uuid>#<thing>": see waiting_key().
std::string_view thing_of(std::string_view key) {
    return key.substr(key.find('#') + 1);
}

struct Item {
    const char* kind;
    Party party;
    json due_on;
};

json waiting_item(const Item& item, const Event& event) {
    return {
        {"who", who_of(item.party)},
        {"unitId", unit_of(item.party)},
        {"since", to_text(event.recorded_at())},
        {"dueOn", item.due_on},
        {"caseId", event.stream_id()},
        {"kind", item.kind},
        {"target",
         {{"stream", std::string(event.stream_kind()) + "/" + std::string(event.stream_id())},
          {"entity", event.entity()}}},
        {"title", event.data().get_or<std::string>("title", "")}
    };
}

json task_item(const Event& event) {
    const Data& data = event.data();
    return waiting_item({"task", data.get<Party>("responsible"), data.get("dueOn")}, event);
}

// The reader that this one of the keys of minutes-shared stands for.
json reading_item(std::string_view key, const Event& event) {
    const std::string_view thing = thing_of(key);
    const std::string_view reader = thing.substr(thing.find('/') + 1);
    for (const Party& party : event.data().get<std::vector<Party>>("readers")) {
        if (party.key() == reader) {
            return waiting_item({"minutes-to-read", party, nullptr}, event);
        }
    }
    throw Fault("minutes wait for a reader they do not name");
}

json invitation_item(const Event& event) {
    const Data& data = event.data();
    const std::string day = to_text(parse_date(data.get("startsAt")));
    json item = waiting_item({"meeting-invitation", data.get<Party>("invitee"), day}, event);
    item["invitationId"] = data.get("invitationId");
    return item;
}

bool is_planner_key(std::string_view key) {
    return key.ends_with("/planner");
}

// Who planned the meeting sees how many have not answered, due on the day of the meeting.
void project_unanswered(json& document, const Event& event) {
    const Data& data = event.data();
    const auto count = data.get_or<std::size_t>("unanswered", 0);
    if (count == 0) {
        document = nullptr;
        return;
    }
    if (event.is(event_name::invitation_sent)) {
        const std::string day = to_text(parse_date(data.get("startsAt")));
        document = waiting_item({"unanswered-invitations", data.get<Party>("planner"), day}, event);
    }
    if (document.is_object()) {
        document["unanswered"] = count;
    }
}

// The conversation waits for its new coordinator; since when and what for stays.
void hand_over(json& document, const Event& event) {
    if (document.is_object()) {
        const auto party = event.data().get<Party>("party");
        document["who"] = who_of(party);
        document["unitId"] = unit_of(party);
    }
}

json message_item(const Event& event) {
    const Data& data = event.data();
    const json due_on = data.has("dueOn") ? json(data.get("dueOn")) : json();
    json item = waiting_item({"thread", data.get<Party>("party"), due_on}, event);
    item["waitId"] = data.get("waitId");
    return item;
}

}  // namespace

void project_waiting(std::string_view key, json& document, const Event& event) {
    if (!event.has_data()) {
        return;
    }
    if (is_planner_key(key)) {
        project_unanswered(document, event);
    } else if (event.is(event_name::thread_joined)) {
        hand_over(document, event);
    } else if (event.is(event_name::task_created) || event.is(event_name::task_assigned) ||
               event.is(event_name::task_reassigned)) {
        document = task_item(event);
    } else if (event.is(event_name::task_accepted) || event.is(event_name::task_rescheduled)) {
        // Waiting since it was given, not since this.
        const json since = document.is_object() ? document["since"] : json();
        document = task_item(event);
        if (!since.is_null()) {
            document["since"] = since;
        }
    } else if (event.is(event_name::task_overdue)) {
        if (document.is_object()) {
            document["overdue"] = true;
        }
    } else if (event.is(event_name::invitation_sent)) {
        document = invitation_item(event);
    } else if (event.is(event_name::minutes_shared) || event.is(event_name::minutes_corrected)) {
        document = reading_item(key, event);
    } else if (event.is(event_name::waiting_set)) {
        document = message_item(event);
    } else {  // completed, cancelled, answered, held, read, resolved, closed
        document = nullptr;
    }
}

}  // namespace samvev::coordination
