#include "names.hpp"
#include "project.hpp"
#include "state.hpp"

namespace samvev::individual_plan {

namespace event_name = names::individual_plan::event;

namespace {

void open_plan(json& document, const Event& event) {
    json previous = json::array();
    if (document.is_object()) {
        previous = document["previousPlanIds"];
        previous.push_back(document["planId"]);
    }
    const Data& data = event.data();
    document = json{
        {"caseId", event.stream_id()},
        {"planId", event.entity()},
        {"previousPlanIds", previous},
        {"phase", Phase::requested},
        {"version", 0},
        {"requestedOn", event.occurred_on()},
        {"contributions", json::array()},
        {"subPlans", json::array()},
        {"evaluations", json::array()},
        {"versions", json::array()},
        {"stale", json::array()},
        {"consentWithdrawn", false}
    };
    for (const char* name :
         {"personId", "requestedBy", "draftDueOn", "coordinatorId", "coordinatorUnitId"}) {
        if (data.has(name)) {
            document[name] = data.raw()[name];
        }
    }
}

// Copies the members of the event that belong to the plan itself.
void take(json& document, const Data& data, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (data.has(name)) {
            document[name] = data.raw()[name];
        }
    }
}

json without_plan_id(const Event& event) {
    json out = event.data().raw();
    out.erase("planId");
    out["on"] = event.occurred_on();
    return out;
}

void fold_request(json& document, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::right_assessed)) {
        const bool entitled = data.get_or<std::string>("outcome", "") == "entitled";
        document["phase"] = entitled ? Phase::entitled : Phase::refused;
        document["assessment"] = without_plan_id(event);
    } else if (event.is(event_name::plan_offered)) {
        document["phase"] = Phase::offered;
        document["offer"] = without_plan_id(event);
    } else if (event.is(event_name::plan_declined)) {
        document["phase"] = Phase::declined;
        document["declined"] = without_plan_id(event);
    } else if (event.is(event_name::coordinator_offered)) {
        document["coordinatorOffer"] = without_plan_id(event);
    } else if (event.is(event_name::plan_drafted)) {
        document["phase"] = Phase::draft;
        take(document, data, {"consentId", "goalIds", "summary", "howCarriedOut", "cooperation"});
        document["consentWithdrawn"] = false;
    }
}

void fold_parts(json& document, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::resources_mapped)) {
        take(document, data, {"resources", "needs", "needIds"});
    } else if (event.is(event_name::contribution_recorded)) {
        document["contributions"].push_back(without_plan_id(event));
    } else if (event.is(event_name::plan_period_set)) {
        take(document, data, {"from", "until", "evaluateOn"});
    } else if (event.is(event_name::sub_plan_attached)) {
        document["subPlans"].push_back(without_plan_id(event));
    }
}

void fold_active(json& document, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::plan_activated)) {
        document["phase"] = Phase::active;
        document["version"] = 1;
        document["activatedOn"] = event.occurred_on();
        take(document, data, {"personId", "unitIds", "coordinatorId", "coordinatorUnitId"});
        document["versions"].push_back({{"version", 1}, {"on", event.occurred_on()}});
    } else if (event.is(event_name::plan_evaluated)) {
        document["evaluations"].push_back(without_plan_id(event));
        document.erase("evaluateOn");
        if (data.has("nextEvaluateOn")) {
            document["evaluateOn"] = data.get("nextEvaluateOn");
        }
    } else if (event.is(event_name::plan_revised)) {
        document["version"] = document["version"].get<std::uint32_t>() + 1;
        take(
            document, data,
            {"goalIds", "howCarriedOut", "cooperation", "consentId", "until", "evaluateOn"}
        );
        if (data.has("consentId")) {
            document["consentWithdrawn"] = false;
        }
        document["versions"].push_back(
            {{"version", document["version"]},
             {"on", event.occurred_on()},
             {"reason", data.get_or<std::string>("reason", "")}}
        );
    } else if (event.is(event_name::plan_ended)) {
        document["phase"] = Phase::ended;
        document["ended"] = without_plan_id(event);
    }
}

void fold_case(json& document, const Event& event) {
    const Data& data = event.data();
    if (event.is("case.consent-withdrawn")) {
        const std::string id = data.get_or<std::string>("consentId", std::string(event.entity()));
        if (document.value("consentId", "") == id) {
            document["consentWithdrawn"] = true;
        }
    } else if (event.is("case.level-set") && data.get_or("level", 1) == 0) {
        document.erase("coordinatorId");
        document.erase("coordinatorUnitId");
    } else if (data.has("coordinatorId")) {
        take(document, data, {"coordinatorId", "coordinatorUnitId"});
        json others = json::array();
        for (const json& cause : document["stale"]) {
            if (cause != "no-coordinator" && cause != "coordinator-not-offered") {
                others.push_back(cause);
            }
        }
        document["stale"] = others;
    }
}

}  // namespace

void project_plan(json& document, const Event& event) {
    if (event.is(event_name::plan_requested)) {
        return open_plan(document, event);
    }
    if (document.is_null() || event.is(event_name::plan_checked)) {
        return;
    }
    if (!event.type().starts_with("individual-plan.")) {
        return fold_case(document, event);
    }
    if (event.is(event_name::plan_stale_detected)) {
        document["stale"] = event.data().get_or("causes", json::array());
        return;
    }
    document["stale"] = json::array();
    fold_request(document, event);
    fold_parts(document, event);
    fold_active(document, event);
}

}  // namespace samvev::individual_plan
