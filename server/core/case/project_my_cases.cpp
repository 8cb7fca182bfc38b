#include <set>

#include "document.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;

namespace {

json unlisted(const Event& event) {
    return {
        {"caseId", event.stream_id()},
        {"phase", ""},
        {"level", 0},
        {"title", nullptr},
        {"externalReference", nullptr},
        {"personId", nullptr},
        {"concernOwnerId", nullptr},
        {"concernUnitId", nullptr},
        {"coordinatorId", nullptr},
        {"coordinatorUnitId", nullptr},
        {"coordinatingUnitId", nullptr},
        {"openedOn", day_of(event)},
        {"closedOn", nullptr},
        {"participants", json::object()},
    };
}

void fold_participant(json& document, const Event& event) {
    json& participants = document["participants"];
    const std::string id(event.entity());
    if (event.is(event_name::invitation_accepted)) {
        participants[id] = {
            {"staffId", member(event, "staffId")}, {"unitId", member(event, "unitId")}
        };
    } else if (event.is(event_name::participation_ended)) {
        participants.erase(id);
    }
}

void fold_phase(json& document, const Event& event) {
    const std::string_view phase = phase_after(event);
    if (phase.empty()) {
        return;
    }
    document["phase"] = phase;
    document["closedOn"] = phase == "closed" ? json(day_of(event)) : json();
}

void set_indexed(json& document) {
    std::set<std::string> staff;
    std::set<std::string> units;
    const auto add = [](std::set<std::string>& into, const json& id) {
        if (id.is_string()) {
            into.insert(id.get<std::string>());
        }
    };
    add(staff, document["coordinatorId"]);
    add(units, document["coordinatorUnitId"]);
    add(units, document["coordinatingUnitId"]);
    add(units, document["concernUnitId"]);
    for (const json& participant : document["participants"]) {
        add(staff, participant["staffId"]);
        add(units, participant["unitId"]);
    }
    document["staffIds"] = staff;
    document["unitIds"] = units;
}

}  // namespace

void project_my_cases(json& document, const Event& event) {
    if (document.is_null()) {
        document = unlisted(event);
    }
    fold_phase(document, event);
    const bool is_the_case =
        event.is(event_name::concern_raised) || event.is(event_name::case_opened) ||
        event.is(event_name::person_identified) || event.is(event_name::level_set) ||
        event.is(event_name::concern_owner_assigned) || event.is(event_name::case_reopened);
    if (is_the_case) {
        merge(
            document, event.data().raw(),
            {"title", "level", "externalReference", "personId", "concernOwnerId", "concernUnitId"}
        );
    }
    merge(document, event.data().raw(), {"coordinatingUnitId"});
    if (sets_coordinator(event)) {
        document["coordinatorId"] = member(event, "coordinatorId");
        document["coordinatorUnitId"] = member(event, "coordinatorUnitId");
    } else if (event.is(event_name::level_set) && document["level"] == 0) {
        document["coordinatorId"] = nullptr;
        document["coordinatorUnitId"] = nullptr;
    }
    fold_participant(document, event);
    set_indexed(document);
}

}  // namespace samvev::cases
