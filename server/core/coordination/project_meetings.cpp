#include "names.hpp"
#include "project.hpp"

namespace samvev::coordination {

namespace event_name = names::coordination::event;

namespace {

void open_meeting(json& document, const Event& event) {
    document = event.data().raw();
    document["caseId"] = event.stream_id();
    document["state"] = "planned";
    document["plannedBy"] = event.actor();
    document["invitations"] = json::array();
    document["inviteeIds"] = json::array();
    document["decisions"] = json::array();
}

// The service's items are replaced; what the child put on the agenda stays.
void replace_agenda(json& document, const json& agenda) {
    json kept = json::array();
    for (const json& item : document["agenda"]) {
        if (item.value("by", "") == "child") {
            kept.push_back(item);
        }
    }
    for (const json& item : agenda) {
        kept.push_back(item);
    }
    document["agenda"] = kept;
}

void take_invitation(json& document, const Data& data) {
    json one{{"invitationId", data.get("invitationId")}, {"invitee", data.raw()["invitee"]}};
    one["answer"] = data.has("answer") ? json(data.get("answer")) : json();
    if (data.has("comment")) {
        one["comment"] = data.get_or<std::string>("comment", "");
    }
    for (json& known : document["invitations"]) {
        if (known["invitationId"] == one["invitationId"]) {
            known = one;
            return;
        }
    }
    document["invitations"].push_back(one);
    document["inviteeIds"].push_back(one["invitee"]["id"]);
}

void fold_planned(json& document, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::agenda_prepared)) {
        replace_agenda(document, data.raw()["agenda"]);
    } else if (event.is(event_name::child_agenda_item_added)) {
        // First on the agenda, so that it is not what there was no time for.
        document["agenda"].insert(
            document["agenda"].begin(),
            json{
                {"itemId", data.get("itemId")},
                {"text", data.get_or<std::string>("words", "")},
                {"by", "child"},
                {"writtenBy", data.get("writtenBy")}
            }
        );
    } else if (event.is(event_name::invitation_sent) || event.is(event_name::invitation_answered)) {
        take_invitation(document, data);
    } else if (event.is(event_name::meeting_moved)) {
        document["startsAt"] = data.get("startsAt");
        document["endsAt"] = data.get("endsAt");
    } else if (event.is(event_name::meeting_cancelled)) {
        document["reason"] = data.get_or<std::string>("reason", "");
    } else if (event.is(event_name::meeting_held)) {
        document["attendance"] = data.raw()["attendance"];
        document["participation"] = data.raw()["participation"];
    } else if (event.is(event_name::decision_recorded)) {
        json recorded = data.raw();
        recorded.erase("meetingId");
        document["decisions"].push_back(recorded);
    }
}

}  // namespace

void project_meetings(json& document, const Event& event) {
    if (event.is(event_name::meeting_planned) && event.has_data()) {
        return open_meeting(document, event);
    }
    if (document.is_null()) {
        return;
    }
    if (event.is(event_name::meeting_cancelled)) {
        document["state"] = "cancelled";
    } else if (event.is(event_name::meeting_held)) {
        document["state"] = "held";
        document["heldOn"] = event.occurred_on();
    }
    if (event.has_data()) {
        fold_planned(document, event);
        project_minutes(document, event);
    }
}

}  // namespace samvev::coordination
