#include <algorithm>

#include "project.hpp"
#include "track.hpp"

namespace samvev::individual_plan {

namespace {

// A key that the client has the words for, in its user's language.
std::string title_key(const std::string& kind) {
    return "individual-plan." + kind;
}

Track track_of(const json& document) {
    return document.is_null() ? Track() : document.at("track").get<Track>();
}

json target(const Track& track, const Event& event) {
    return {
        {"stream", std::string(event.stream_kind()) + "/" + std::string(event.stream_id())},
        {"entity", track.plan_id}
    };
}

}  // namespace

void project_due(json& document, const Event& event) {
    Track track = track_of(document);
    if (!follow(track, event)) {
        return;
    }
    const NextStep step = next_step(track);
    const bool dated = !step.due_on.empty() && step.kind != "none";
    const bool missed = std::any_of(track.stale.begin(), track.stale.end(), [](const auto& cause) {
        return cause == "draft-overdue" || cause == "evaluation-overdue" ||
               cause == "period-over" || cause == "coordinator-not-offered";
    });
    document = json{
        {"who", dated ? who_of(track) : json()},
        {"unitId", dated ? unit_of(track) : json()},
        {"dueOn", dated ? json(step.due_on) : json()},
        {"caseId", event.stream_id()},
        {"kind", dated ? step.kind : "none"},
        {"title", title_key(dated ? step.kind : "none")},
        {"state", missed  ? "missed"
                  : dated ? "open"
                          : "met"},
        {"target", target(track, event)},
        {"met", track.met},
        {"missed", track.missed},
        {"track", track}
    };
}

void project_waiting(json& document, const Event& event) {
    Track track = track_of(document);
    if (!follow(track, event)) {
        return;
    }
    const NextStep step = waiting_step(track);
    const bool waits = step.by_coordinator && step.kind != "none";
    // It stands in somebody's list only while something waits for them: nobody's id is null.
    document = json{
        {"who", waits ? who_of(track) : json()},
        {"unitId", waits ? unit_of(track) : json()},
        {"since", track.since},
        {"dueOn", waits && !step.due_on.empty() ? json(step.due_on) : json()},
        {"caseId", event.stream_id()},
        {"kind", step.kind},
        {"target", target(track, event)},
        {"title", title_key(step.kind)},
        {"overdue", !track.stale.empty()},
        {"track", track}
    };
}

}  // namespace samvev::individual_plan
