#include "project.hpp"
#include "track.hpp"

namespace samvev::individual_plan {

namespace {

json text_or_null(const std::string& text) {
    return text.empty() ? json() : json(text);
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
    const bool missed =
        track.stale.contains("evaluation-overdue") || track.stale.contains("draft-overdue");
    document = json{
        {"who", dated ? text_or_null(track.coordinator_id) : json()},
        {"unitId", dated ? text_or_null(track.coordinator_unit_id) : json()},
        {"dueOn", dated ? json(step.due_on) : json()},
        {"caseId", event.stream_id()},
        {"kind", dated ? step.kind : "none"},
        {"title", "individual-plan"},
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
    const NextStep step = next_step(track);
    const bool waits = step.by_coordinator && step.kind != "none";
    // It stands in somebody's list only while something waits for them: nobody's id is null.
    document = json{
        {"who", waits ? text_or_null(track.coordinator_id) : json()},
        {"unitId", waits ? text_or_null(track.coordinator_unit_id) : json()},
        {"since", track.since},
        {"dueOn", waits ? text_or_null(step.due_on) : json()},
        {"caseId", event.stream_id()},
        {"kind", step.kind},
        {"target", target(track, event)},
        {"title", "individual-plan"},
        {"overdue", !track.stale.empty()},
        {"track", track}
    };
}

}  // namespace samvev::individual_plan
