#include "project.hpp"

#include "names.hpp"

namespace samvev::invitation {

namespace event_name = names::invitation::event;

void project_invitation(json& document, const Event& event) {
    if (event.is(event_name::invited)) {
        document = {
            {"invitationId", event.entity()},
            {"caseId", event.stream_id()},
            {"state", "open"},
            {"invitedAt", to_text(event.recorded_at())},
            {"invitedBy", event.actor()},
            {"redeemedAt", nullptr},
            {"endedAt", nullptr},
        };
        for (const char* name : {"personId", "redeemBy", "endsAt"}) {
            document[name] = event.data().raw().value(name, json());
        }
        return;
    }
    if (document.is_null()) {
        return;
    }
    document["state"] = event.type().substr(std::string_view("invitation.").size());
    document[event.is(event_name::redeemed) ? "redeemedAt" : "endedAt"] =
        to_text(event.recorded_at());
}

}  // namespace samvev::invitation
