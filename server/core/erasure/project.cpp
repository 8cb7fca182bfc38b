#include "project.hpp"

#include "names.hpp"

namespace samvev::erasure {

namespace event_name = names::erasure::event;

namespace {

json member(const Event& event, const char* name) {
    return event.data().raw().value(name, json());
}

void decide(json& document, const Event& event, const char* state, const json& by) {
    document["state"] = state;
    document["decidedById"] = by;
    document["decidedAt"] = to_text(event.recorded_at());
}

}  // namespace

void project_request(json& document, const Event& event) {
    if (event.is(event_name::requested)) {
        document = {
            {"erasureId", event.stream_id()},
            {"kind", member(event, "kind")},
            {"targetId", event.entity()},
            {"eventId", member(event, "eventId")},
            {"ground", member(event, "ground")},
            {"archive", member(event, "archive")},
            {"state", "requested"},
            {"requestedById", member(event, "requestedById")},
            {"requestedAt", to_text(event.recorded_at())},
            {"expiresOn", member(event, "expiresOn")},
            {"decidedById", nullptr},
            {"decidedAt", nullptr},
            {"reason", nullptr},
            {"doneAt", nullptr},
            {"keysGoneOn", nullptr},
        };
    } else if (document.is_null()) {
        return;
    } else if (event.is(event_name::confirmed)) {
        decide(document, event, "confirmed", member(event, "confirmedById"));
    } else if (event.is(event_name::rejected)) {
        decide(document, event, "rejected", member(event, "rejectedById"));
        document["reason"] = member(event, "reason");
    } else if (event.is(event_name::withdrawn)) {
        decide(document, event, "withdrawn", document["requestedById"]);
    } else if (event.is(event_name::expired)) {
        document["state"] = "expired";
    } else if (event.is(event_name::completed)) {
        document["state"] = "completed";
        document["doneAt"] = to_text(event.recorded_at());
        document["keysGoneOn"] = member(event, "keysGoneOn");
    } else {
        document["state"] = "failed";
        document["reason"] = member(event, "reason");
    }
}

void project_hold(json& document, const Event& event) {
    if (event.is(event_name::hold_placed)) {
        document = {
            {"targetId", event.stream_id()},
            {"kind", member(event, "kind")},
            {"reason", member(event, "reason")},
            {"state", "held"},
            {"placedById", member(event, "placedById")},
            {"placedAt", to_text(event.recorded_at())},
            {"releasedById", nullptr},
            {"releasedAt", nullptr},
        };
    } else if (!document.is_null()) {
        document["state"] = "released";
        document["releasedById"] = member(event, "releasedById");
        document["releasedAt"] = to_text(event.recorded_at());
    }
}

}  // namespace samvev::erasure
