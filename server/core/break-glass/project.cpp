#include "project.hpp"

#include "names.hpp"

namespace samvev::break_glass {

namespace event_name = names::break_glass::event;

namespace {

json member(const Event& event, const char* name) {
    return event.data().raw().value(name, json());
}

}  // namespace

void project_emergency(json& document, const Event& event) {
    if (event.is(event_name::started)) {
        document = {
            {"grantId", event.entity()},
            {"caseId", event.stream_id()},
            {"staffId", member(event, "staffId")},
            {"unitId", member(event, "unitId")},
            {"leaderId", member(event, "leaderId")},
            {"reasonCode", member(event, "reasonCode")},
            {"reason", member(event, "reason")},
            {"startedAt", to_text(event.recorded_at())},
            {"until", member(event, "until")},
            {"reviewBy", member(event, "reviewBy")},
            {"state", "unreviewed"},
            {"overdue", false},
            {"verdict", nullptr},
            {"assessment", nullptr},
            {"reviewerId", nullptr},
            {"reviewedAt", nullptr},
        };
    } else if (document.is_null()) {
        return;
    } else if (event.is(event_name::ended)) {
        document["until"] = to_text(event.recorded_at());
    } else if (event.is(event_name::review_overdue)) {
        document["overdue"] = true;
    } else {
        document["state"] = "reviewed";
        document["reviewedAt"] = to_text(event.recorded_at());
        for (const char* name : {"verdict", "assessment", "reviewerId"}) {
            document[name] = member(event, name);
        }
    }
}

void project_waiting(json& document, const Event& event) {
    if (event.is(event_name::started)) {
        document = {
            {"who", member(event, "leaderId")},
            {"unitId", member(event, "unitId")},
            {"since", to_text(oslo_date(event.recorded_at()))},
            {"dueOn", member(event, "reviewBy")},
            {"caseId", event.stream_id()},
            {"kind", "break-glass-review"},
            {"target",
             {{"stream", "case/" + std::string(event.stream_id())}, {"entity", event.entity()}}},
            {"title", "break-glass-review"},
        };
    } else if (event.is(event_name::reviewed)) {
        document = nullptr;
    } else if (!document.is_null()) {
        document["kind"] = "break-glass-review-overdue";
        document["title"] = "break-glass-review-overdue";
    }
}

}  // namespace samvev::break_glass
