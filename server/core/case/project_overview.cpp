#include <algorithm>
#include <tuple>

#include "document.hpp"
#include "module.hpp"
#include "names.hpp"
#include "next_thing.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;

namespace {

json unopened(const Event& event) {
    return {
        {"caseId", event.stream_id()},
        {"phase", ""},
        {"level", 0},
        {"title", nullptr},
        {"externalReference", nullptr},
        {"personId", nullptr},
        {"concernOwner", nullptr},
        {"decideBy", nullptr},
        {"levelOverdue", false},
        {"coordinatorLeft", false},
        {"pauseExpired", false},
        {"coordinator", nullptr},
        {"coordinatingUnitId", nullptr},
        {"handover", nullptr},
        {"team", json::array()},
        {"permissions", json::array()},
        {"links", json::array()},
        {"next", json::array()},
        {"warnings", json::array()},
        {"counts",
         {{"needsOpen", 0},
          {"goals", 0},
          {"goalsOpen", 0},
          {"childsOwnGoals", 0},
          {"measuresOpen", 0},
          {"tasksOpen", 0},
          {"tasksOverdue", 0},
          {"participationRecords", 0}}},
        {"openedOn", day_of(event)},
        {"pausedUntil", nullptr},
        {"closedOn", nullptr},
        {"outcome", nullptr},
        {"lastEventOn", nullptr},
        {"revision", 0},
    };
}

void fold_life(json& document, const Event& event) {
    if (const auto phase = phase_after(event); !phase.empty()) {
        document["phase"] = phase;
        document["pausedUntil"] = phase == "paused" ? member(event, "until") : json();
        document["closedOn"] = phase == "closed" ? json(day_of(event)) : json();
        document["outcome"] = phase == "closed" ? member(event, "outcome") : json();
        document["pauseExpired"] = false;
    }
    if (event.is(event_name::pause_expired)) {
        document["pauseExpired"] = true;
    } else if (event.is(event_name::level_overdue)) {
        document["levelOverdue"] = true;
    }
    if (event.is(event_name::concern_raised) || event.is(event_name::case_opened) ||
        event.is(event_name::person_identified) || event.is(event_name::level_set) ||
        event.is(event_name::concern_owner_assigned) || event.is(event_name::case_reopened)) {
        merge(document, event.data().raw(), {"title", "level", "externalReference", "personId"});
        if (!event.is(event_name::person_identified)) {
            document["decideBy"] = document["level"] == 0 ? member(event, "decideBy") : json();
            document["levelOverdue"] = false;
        }
        if (event.data().has("concernOwnerId") || event.data().has("concernUnitId")) {
            document["concernOwner"] = {
                {"staffId", member(event, "concernOwnerId")},
                {"unitId", member(event, "concernUnitId")}
            };
        }
    }
    if (event.is(event_name::case_linked)) {
        json link = event.data().raw();
        link["linkId"] = event.entity();
        document["links"].push_back(std::move(link));
    }
}

void fold_coordination(json& document, const Event& event) {
    merge(document, event.data().raw(), {"coordinatingUnitId"});
    if (sets_coordinator(event)) {
        document["coordinator"] = coordinator_in(event);
        document["coordinator"]["childCoordinator"] =
            event.data().get_or("childCoordinator", false);
        document["coordinatorLeft"] = false;
    } else if (event.is(event_name::level_set) && document["level"] == 0) {
        document["coordinator"] = nullptr;
        document["coordinatorLeft"] = false;
    } else if (event.is(event_name::coordinator_left)) {
        document["coordinatorLeft"] = true;
    }
    if (event.is(event_name::handover_offered)) {
        document["handover"] = {
            {"handoverId", event.entity()},
            {"toId", member(event, "toId")},
            {"toUnitId", member(event, "toUnitId")},
            {"answerBy", member(event, "answerBy")},
            {"escalatedTo", nullptr},
        };
    } else if (event.is(event_name::handover_escalated)) {
        if (!document["handover"].is_null()) {
            document["handover"]["answerBy"] = member(event, "answerBy");
            document["handover"]["escalatedTo"] = member(event, "toRole");
        }
    } else if (event.type().starts_with("case.handover-")) {
        document["handover"] = nullptr;
    }
}

void fold_team(json& document, const Event& event) {
    if (event.is(event_name::participant_invited)) {
        json participant = {{"participantId", event.entity()}, {"state", "invited"}};
        merge(participant, event.data().raw(), {"role", "staffId", "unitId", "personId"});
        document["team"].push_back(std::move(participant));
    } else if (event.is(event_name::invitation_accepted)) {
        change_in(document, "team", "participantId", event.entity(), [&](json& participant) {
            participant["state"] = "active";
            merge(participant, event.data().raw(), {"staffId"});
        });
    } else if (event.is(event_name::invitation_declined) ||
               event.is(event_name::participation_ended)) {
        json& team = document["team"];
        if (const json* const gone = find_in(team, "participantId", event.entity())) {
            team.erase(static_cast<std::size_t>(gone - &team[0]));
        }
    }
}

void fold_permissions(json& document, const Event& event) {
    const bool consent = event.is(event_name::consent_granted);
    if (consent || event.is(event_name::statutory_basis_recorded)) {
        json permission = {
            {"id", event.entity()}, {"kind", consent ? "consent" : "statutory-basis"}
        };
        merge(
            permission, event.data().raw(),
            {"topics", "recipientUnitIds", "sourceUnitIds", "unitIds", "from", "until", "paragraph",
             "sharingPurpose", "exclusions", "excludedTopics", "excludedUnitIds"}
        );
        document["permissions"].push_back(std::move(permission));
    } else if (event.is(event_name::consent_withdrawn)) {
        json& permissions = document["permissions"];
        if (const json* const gone = find_in(permissions, "id", event.entity())) {
            permissions.erase(static_cast<std::size_t>(gone - &permissions[0]));
        }
    }
}

void count(json& document, const char* name, int change) {
    json& value = document["counts"][name];
    value = std::max(0, value.get<int>() + change);
}

void fold_counts(json& document, const Event& event) {
    // (type, counter, change); a thing is made once and ends once, which the commands see to.
    static constexpr std::tuple<std::string_view, const char*, int> changes[] = {
        {event_name::need_recorded, "needsOpen", 1},
        {event_name::need_closed, "needsOpen", -1},
        {event_name::goal_set, "goals", 1},
        {event_name::goal_set, "goalsOpen", 1},
        {event_name::goal_achieved, "goalsOpen", -1},
        {event_name::goal_abandoned, "goalsOpen", -1},
        {event_name::measure_proposed, "measuresOpen", 1},
        {event_name::measure_declined, "measuresOpen", -1},
        {event_name::measure_ended, "measuresOpen", -1},
        {event_name::participation_recorded, "participationRecords", 1},
        {"coordination.task-created", "tasksOpen", 1},
        {"coordination.task-completed", "tasksOpen", -1},
        {"coordination.task-cancelled", "tasksOpen", -1},
    };
    for (const auto& [type, counter, change] : changes) {
        if (event.is(type)) {
            count(document, counter, change);
        }
    }
    if (event.is(event_name::goal_set) && member(event, "owner") == "child") {
        count(document, "childsOwnGoals", 1);
    }
    const json& next = document["next"];
    document["counts"]["tasksOverdue"] = std::count_if(
        next.begin(), next.end(), [](const json& thing) { return thing.value("overdue", false); }
    );
}

void set_warnings(json& document) {
    json warnings = json::array();
    const auto warn_if = [&](bool condition, const char* code) {
        if (condition) {
            warnings.push_back(code);
        }
    };
    const json& counts = document["counts"];
    const json& handover = document["handover"];
    const int level = document["level"].get<int>();
    const bool running = document["phase"] == "open" || document["phase"] == "paused";
    warn_if(running && level >= 1 && document["coordinator"].is_null(), "no-coordinator");
    warn_if(running && document["coordinatorLeft"] == true, "coordinator-left");
    warn_if(document["phase"] != "closed" && document["levelOverdue"] == true, "level-overdue");
    warn_if(document["phase"] == "paused" && document["pauseExpired"] == true, "pause-expired");
    warn_if(
        running && level >= 2 && document["coordinatingUnitId"].is_null(), "no-coordinating-unit"
    );
    warn_if(running && level >= 2 && document["permissions"].empty(), "no-basis");
    warn_if(!handover.is_null() && handover["escalatedTo"].is_null(), "handover-pending");
    warn_if(!handover.is_null() && !handover["escalatedTo"].is_null(), "handover-escalated");
    warn_if(
        running && level >= 1 && counts["participationRecords"] == 0, "no-participation-record"
    );
    warn_if(counts["goals"] > 0 && counts["childsOwnGoals"] == 0, "no-goal-of-the-child");
    warn_if(counts["tasksOverdue"] > 0, "overdue-tasks");
    document["warnings"] = std::move(warnings);
}

}  // namespace

void project_overview(json& document, const Event& event) {
    if (document.is_null()) {
        document = unopened(event);
    }
    fold_life(document, event);
    fold_coordination(document, event);
    fold_team(document, event);
    fold_permissions(document, event);
    fold_next(document["next"], event);
    fold_counts(document, event);
    set_warnings(document);
    document["lastEventOn"] = day_of(event);
    document["revision"] = event.revision();
}

}  // namespace samvev::cases
