#include "document.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;

namespace {

bool is_handover(const Event& event) {
    return event.type().starts_with("case.handover-");
}

// The title is a code like the kind: whoever shows it has the words.
json waiting_item(const Event& event, const char* kind) {
    return {
        {"who", nullptr},
        {"unitId", nullptr},
        {"since", day_of(event)},
        {"dueOn", nullptr},
        {"caseId", event.stream_id()},
        {"kind", kind},
        {"target",
         {{"stream", "case/" + std::string(event.stream_id())}, {"entity", event.entity()}}},
        {"title", kind},
    };
}

// Waiting items tell nothing of the case: they are listed outside it.
json waiting_for_answer(const Event& event) {
    json item = waiting_item(event, "invitation");
    const json staff = member(event, "staffId");
    item["who"] = staff.is_null() ? member(event, "personId") : staff;
    item["unitId"] = member(event, "unitId");
    item["dueOn"] = member(event, "respondBy");
    return item;
}

json waiting_for_receiver(const Event& event) {
    json item = waiting_item(event, "handover-offer");
    item["who"] = member(event, "toId");
    item["unitId"] = member(event, "toUnitId");
    item["dueOn"] = member(event, "answerBy");
    return item;
}

void escalate(json& document, const Event& event, const char* due) {
    if (!document.is_null() && event.has_data()) {
        document[due] = member(event, "answerBy");
        document["escalatedTo"] = member(event, "toRole");
    }
}

// Now it waits for the one it has been lifted to.
void address_to_leader(json& document, const Event& event) {
    if (!document.is_null() && event.has_data()) {
        document["who"] = member(event, "toId");
        document["unitId"] = member(event, "unitId");
        document["kind"] = "handover-escalated";
        document["title"] = "handover-escalated";
        document["since"] = day_of(event);
    }
}

}  // namespace

void project_waiting(json& document, const Event& event) {
    if (event.is(event_name::participant_invited)) {
        document = waiting_for_answer(event);
    } else if (event.is(event_name::handover_offered)) {
        document = waiting_for_receiver(event);
    } else if (event.is(event_name::handover_escalated)) {
        escalate(document, event, "dueOn");
        address_to_leader(document, event);
    } else {
        document = nullptr;
    }
}

void project_handover_queue(json& document, const Event& event) {
    if (event.is(event_name::handover_offered)) {
        document = {
            {"handoverId", event.entity()},
            {"caseId", event.stream_id()},
            {"state", "offered"},
            {"who", member(event, "toId")},
            {"unitId", member(event, "toUnitId")},
            {"fromId", member(event, "fromId")},
            {"fromUnitId", member(event, "fromUnitId")},
            {"offeredOn", day_of(event)},
            {"answerBy", member(event, "answerBy")},
            {"escalatedTo", nullptr},
        };
    } else if (event.is(event_name::handover_escalated)) {
        escalate(document, event, "answerBy");
        if (!document.is_null()) {
            document["state"] = "escalated";
        }
    } else if (is_handover(event)) {
        document = nullptr;
    }
}

}  // namespace samvev::cases
