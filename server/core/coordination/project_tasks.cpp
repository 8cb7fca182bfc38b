#include "names.hpp"
#include "project.hpp"

namespace samvev::coordination {

namespace event_name = names::coordination::event;

namespace {

void take_responsible(json& document, const Event& event) {
    const auto responsible = event.data().get<Party>("responsible");
    document["responsible"] = responsible;
    document["who"] = who_of(responsible);
    document["unitId"] = unit_of(responsible);
}

void open_task(json& document, const Event& event) {
    const Data& data = event.data();
    document = json{
        {"taskId", event.entity()},
        {"caseId", event.stream_id()},
        {"title", data.get_or<std::string>("title", "")},
        {"dueOn", data.get("dueOn")},
        {"state", "open"},
        {"accepted", false},
        {"overdue", false},
        {"missed", json::array()},
        {"createdOn", event.occurred_on()},
        {"createdBy", event.actor()}
    };
    for (const char* name : {"description", "meetingId", "decisionId", "goalId", "measureId"}) {
        if (data.has(name)) {
            document[name] = data.raw()[name];
        }
    }
    take_responsible(document, event);
}

}  // namespace

void project_tasks(json& document, const Event& event) {
    if (event.is(event_name::task_created) && event.has_data()) {
        return open_task(document, event);
    }
    if (document.is_null()) {
        return;
    }
    if (event.is(event_name::task_completed)) {
        document["state"] = "completed";
        document["finishedOn"] = event.occurred_on();
    } else if (event.is(event_name::task_cancelled)) {
        document["state"] = "cancelled";
        document["finishedOn"] = event.occurred_on();
    } else if (event.is(event_name::task_overdue)) {
        document["overdue"] = true;
        document["missed"].push_back(document["dueOn"]);
    }
    if (!event.has_data()) {
        return;
    }
    const Data& data = event.data();
    if (event.is(event_name::task_completed) && data.has("result")) {
        document["result"] = data.get("result");
    } else if (event.is(event_name::task_cancelled)) {
        document["reason"] = data.get("reason");
    } else if (event.is(event_name::task_rescheduled)) {
        document["dueOn"] = data.get("dueOn");
        document["overdue"] = false;
    } else if (event.is(event_name::task_assigned) || event.is(event_name::task_reassigned) ||
               event.is(event_name::task_accepted)) {
        take_responsible(document, event);
        document["accepted"] = event.is(event_name::task_accepted);
    }
}

// A missed deadline is a fact that stays: doing the task late says so beside it.
void project_deadlines(json& document, const Event& event) {
    if (event.is(event_name::task_created) && event.has_data()) {
        const Data& data = event.data();
        const auto responsible = data.get<Party>("responsible");
        document = json{
            {"who", who_of(responsible)},
            {"unitId", unit_of(responsible)},
            {"dueOn", data.get("dueOn")},
            {"caseId", event.stream_id()},
            {"kind", "task"},
            {"title", data.get_or<std::string>("title", "")},
            {"state", "open"},
            {"target",
             {{"stream", "case/" + std::string(event.stream_id())}, {"entity", event.entity()}}}
        };
        return;
    }
    if (document.is_null()) {
        return;
    }
    if (event.is(event_name::task_cancelled)) {
        if (document["state"] == "open") {
            document = nullptr;
        } else {
            document["cancelledOn"] = event.occurred_on();
        }
    } else if (event.is(event_name::task_overdue)) {
        document["state"] = "missed";
    } else if (event.is(event_name::task_completed)) {
        const bool late =
            document["state"] == "missed" || (event.has_data() && event.data().get<bool>("late"));
        document["state"] = late ? "missed" : "met";
        document[late ? "metLateOn" : "metOn"] = event.occurred_on();
    } else if (event.is(event_name::task_rescheduled) && event.has_data()) {
        if (document["state"] == "missed") {
            document["missedBefore"].push_back(document["dueOn"]);
        }
        document["state"] = "open";
        document["dueOn"] = event.data().get("dueOn");
    } else if (event.has_data()) {  // assigned, reassigned, accepted
        const auto responsible = event.data().get<Party>("responsible");
        document["who"] = who_of(responsible);
        document["unitId"] = unit_of(responsible);
    }
}

}  // namespace samvev::coordination
