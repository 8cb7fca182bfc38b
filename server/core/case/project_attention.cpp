#include "document.hpp"
#include "module.hpp"
#include "names.hpp"

// What waits in the case itself, one document per case: a level to be decided, a pause that is
// over, a coordinator who has left. `track` is what the case is about to wait for.
namespace samvev::cases {

namespace event_name = names::case_::event;

namespace {

json untracked() {
    return {
        {"phase", ""},         {"level", 0},
        {"decideBy", nullptr}, {"owner", nullptr},
        {"lifted", nullptr},   {"pausedUntil", nullptr},
        {"left", nullptr},     {"coordinator", nullptr},
    };
}

json post(const json& staff_id, const json& unit_id) {
    return {{"staffId", staff_id}, {"unitId", unit_id}};
}

void fold_level(json& track, const Event& event) {
    if (event.is(event_name::concern_raised) || event.is(event_name::concern_owner_assigned) ||
        event.is(event_name::case_opened) || event.is(event_name::case_reopened) ||
        event.is(event_name::level_set)) {
        merge(track, event.data().raw(), {"level"});
        track["decideBy"] = member(event, "decideBy");
        track["lifted"] = nullptr;
        if (event.data().has("concernOwnerId")) {
            track["owner"] = post(member(event, "concernOwnerId"), member(event, "concernUnitId"));
        }
    } else if (event.is(event_name::level_overdue)) {
        track["lifted"] = post(member(event, "toId"), member(event, "unitId"));
    }
}

void fold_coordinator(json& track, const Event& event) {
    if (event.is(event_name::coordinator_left)) {
        track["left"] = post(member(event, "leaderId"), member(event, "unitId"));
    } else if (sets_coordinator(event)) {
        track["coordinator"] = coordinator_in(event);
        // A leader who took over by the rule learns of it here.
        if (member(event, "reasonCode") != "coordinator-left") {
            track["left"] = nullptr;
        }
    } else if (track["level"] == 0) {
        track["coordinator"] = nullptr;
        track["left"] = nullptr;
    } else if (track["left"].is_object() && track["left"]["staffId"].is_string() &&
               event.actor() == "staff/" + track["left"]["staffId"].get<std::string>()) {
        track["left"] = nullptr;  // They have acted in the case, so they know.
    }
}

void fold_phase(json& track, const Event& event) {
    if (const auto phase = phase_after(event); !phase.empty()) {
        track["phase"] = phase;
        track["pausedUntil"] = nullptr;
    }
    if (event.is(event_name::pause_expired)) {
        track["pausedUntil"] = member(event, "until");
    }
}

struct Item {
    const char* kind = "none";
    json post;  // null: nobody
    json due_on;
};

Item item_of(const json& track) {
    const bool running = track["phase"] == "open" || track["phase"] == "paused";
    const bool level_zero = track["level"] == 0 && (running || track["phase"] == "concern");
    if (running && track["left"].is_object()) {
        return {"coordinator-left", track["left"], nullptr};
    }
    if (level_zero && track["decideBy"].is_string()) {
        return track["lifted"].is_object()
                   ? Item{"level-overdue", track["lifted"], track["decideBy"]}
                   : Item{"level-decision", track["owner"], track["decideBy"]};
    }
    if (running && track["pausedUntil"].is_string()) {
        return {
            "pause-expired", level_zero ? track["owner"] : track["coordinator"],
            track["pausedUntil"]
        };
    }
    return {};
}

}  // namespace

void project_attention(json& document, const Event& event) {
    json track = document.is_null() ? untracked() : std::move(document["track"]);
    fold_phase(track, event);
    fold_level(track, event);
    fold_coordinator(track, event);
    const Item item = item_of(track);
    const bool same = !document.is_null() && document["kind"] == item.kind;
    const bool somebody = item.post.is_object();
    document = {
        {"who", somebody ? item.post["staffId"] : json()},
        {"unitId", somebody ? item.post["unitId"] : json()},
        {"since", same ? document["since"] : json(day_of(event))},
        {"dueOn", item.due_on},
        {"caseId", event.stream_id()},
        {"kind", item.kind},
        {"target", {{"stream", "case/" + std::string(event.stream_id())}, {"entity", nullptr}}},
        {"title", item.kind},
        {"track", std::move(track)},
    };
}

}  // namespace samvev::cases
