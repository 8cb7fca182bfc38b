#include <set>

#include "document.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;

namespace {

json empty_team(const Event& event) {
    return {
        {"caseId", event.stream_id()},   {"phase", ""},
        {"concernOwner", nullptr},       {"coordinator", nullptr},
        {"coordinatingUnitId", nullptr}, {"participants", json::array()},
        {"guests", json::array()},
    };
}

void invite(json& document, const Event& event) {
    json participant = {{"participantId", event.entity()}, {"state", "invited"}};
    merge(
        participant, event.data().raw(),
        {"role", "staffId", "unitId", "personId", "topics", "from", "until"}
    );
    participant["since"] = day_of(event);
    document["participants"].push_back(std::move(participant));
}

void fold_participant(json& document, const Event& event) {
    change_in(document, "participants", "participantId", event.entity(), [&](json& participant) {
        if (event.is(event_name::invitation_accepted)) {
            participant["state"] = "active";
            participant["since"] = day_of(event);
            merge(participant, event.data().raw(), {"staffId"});
        } else if (event.is(event_name::invitation_declined)) {
            participant["state"] = "declined";
        } else if (event.is(event_name::participation_ended)) {
            participant["state"] = "ended";
            participant["endedOn"] = day_of(event);
        } else if (event.is(event_name::scope_changed)) {
            merge(participant, event.data().raw(), {"topics"});
        } else if (event.is(event_name::participation_extended)) {
            merge(participant, event.data().raw(), {"until"});
        }
    });
}

void set_indexed(json& document) {
    std::set<std::string> staff;
    std::set<std::string> units;
    const auto add = [](std::set<std::string>& into, const json& thing, const char* name) {
        if (thing.is_object() && thing.contains(name) && thing[name].is_string()) {
            into.insert(thing[name].get<std::string>());
        }
    };
    add(staff, document["coordinator"], "staffId");
    add(units, document["coordinator"], "unitId");
    add(units, document, "coordinatingUnitId");
    for (const json& participant : document["participants"]) {
        if (participant["state"] == "active") {
            add(staff, participant, "staffId");
            add(units, participant, "unitId");
        }
    }
    document["staffIds"] = staff;
    document["unitIds"] = units;
}

}  // namespace

void project_team(json& document, const Event& event) {
    if (document.is_null()) {
        document = empty_team(event);
    }
    if (const auto phase = phase_after(event); !phase.empty()) {
        document["phase"] = phase;
    }
    if (event.data().has("concernOwnerId")) {
        document["concernOwner"] = {
            {"staffId", member(event, "concernOwnerId")}, {"unitId", member(event, "concernUnitId")}
        };
    }
    if (event.data().has("coordinatingUnitId")) {
        document["coordinatingUnitId"] = member(event, "coordinatingUnitId");
    }
    if (sets_coordinator(event)) {
        document["coordinator"] = coordinator_in(event);
    } else if (event.is(event_name::level_set) && member(event, "level") == 0) {
        document["coordinator"] = nullptr;
    } else if (event.is(event_name::participant_invited)) {
        invite(document, event);
    } else if (event.is(event_name::guest_added)) {
        json guest = event.data().raw();
        guest["guestId"] = event.entity();
        document["guests"].push_back(std::move(guest));
    } else {
        fold_participant(document, event);
    }
    set_indexed(document);
}

}  // namespace samvev::cases
