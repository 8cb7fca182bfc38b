#include "project.hpp"

#include "names.hpp"

namespace samvev::privacy {

namespace event_name = names::privacy::event;

namespace {

json member(const Event& event, const char* name) {
    return event.data().raw().value(name, json());
}

}  // namespace

void project_waiting(json& document, const Event& event) {
    if (!event.is(event_name::seat_vacated)) {
        document = nullptr;
        return;
    }
    const char* const kind =
        member(event, "seat") == "coordinator" ? "coordinator-shut-out" : "participant-shut-out";
    document = {
        {"who", member(event, "toId")},
        {"unitId", member(event, "toUnitId")},
        {"since", to_text(oslo_date(event.recorded_at()))},
        {"dueOn", nullptr},
        {"caseId", event.stream_id()},
        {"kind", kind},
        {"target",
         {{"stream", "case/" + std::string(event.stream_id())}, {"entity", event.entity()}}},
        {"title", kind},
    };
}

void project_kept(json& document, const Event& event) {
    const bool withheld = event.is(event_name::item_withheld);
    if (withheld || event.is(event_name::access_blocked)) {
        document = {
            {"caseId", event.stream_id()},
            {"kind", withheld ? "withheld" : "blocked"},
            {"since", to_text(event.recorded_at())},
            {"stands", true},
        };
        for (const char* name :
             {"itemId", "withheldFrom", "staffId", "unitId", "until", "decidedById", "reason"}) {
            if (event.data().has(name)) {
                document[name] = event.data().raw()[name];
            }
        }
    } else if (!document.is_null()) {
        document["stands"] = false;
    }
}

}  // namespace samvev::privacy
