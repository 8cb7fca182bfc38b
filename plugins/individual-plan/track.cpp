#include "track.hpp"

#include "calendar.hpp"
#include "names.hpp"

namespace samvev::individual_plan {

namespace event_name = names::individual_plan::event;

// Part of a document, so named as documents are.
void to_json(json& out, const Track& track) {
    out = json{
        {"planId", track.plan_id},
        {"phase", track.phase},
        {"since", track.since},
        {"coordinatorId", track.coordinator_id},
        {"coordinatorUnitId", track.coordinator_unit_id},
        {"responsibleUnitId", track.responsible_unit_id},
        {"draftDueOn", track.draft_due_on},
        {"coordinatorDueOn", track.coordinator_due_on},
        {"coordinatorAwaited", track.coordinator_awaited},
        {"coordinatorOffered", track.coordinator_offered},
        {"evaluateOn", track.evaluate_on},
        {"until", track.until},
        {"consentId", track.consent_id},
        {"consentWithdrawn", track.consent_withdrawn},
        {"stale", track.stale},
        {"missed", track.missed},
        {"met", track.met}
    };
}

void from_json(const json& in, Track& track) {
    in.at("planId").get_to(track.plan_id);
    in.at("phase").get_to(track.phase);
    in.at("since").get_to(track.since);
    in.at("coordinatorId").get_to(track.coordinator_id);
    in.at("coordinatorUnitId").get_to(track.coordinator_unit_id);
    in.at("responsibleUnitId").get_to(track.responsible_unit_id);
    in.at("draftDueOn").get_to(track.draft_due_on);
    in.at("coordinatorDueOn").get_to(track.coordinator_due_on);
    in.at("coordinatorAwaited").get_to(track.coordinator_awaited);
    in.at("coordinatorOffered").get_to(track.coordinator_offered);
    in.at("evaluateOn").get_to(track.evaluate_on);
    in.at("until").get_to(track.until);
    in.at("consentId").get_to(track.consent_id);
    in.at("consentWithdrawn").get_to(track.consent_withdrawn);
    in.at("stale").get_to(track.stale);
    in.at("missed").get_to(track.missed);
    in.at("met").get_to(track.met);
}

namespace {

void take(std::string& text, const Data& data, const char* name) {
    if (data.has(name)) {
        text = data.get(name);
    }
}

void open_track(Track& track, const Event& event) {
    Track fresh;
    fresh.plan_id = event.entity();
    fresh.missed = track.missed;
    fresh.met = track.met;
    fresh.coordinator_id = track.coordinator_id;
    fresh.coordinator_unit_id = track.coordinator_unit_id;
    fresh.responsible_unit_id = track.responsible_unit_id;
    fresh.draft_due_on = plus_days(day_of(event.occurred_on()), first_draft_days);
    take(fresh.draft_due_on, event.data(), "draftDueOn");
    track = fresh;
}

void move_to(Track& track, Phase phase, const Event& event) {
    if (track.phase != phase) {
        track.phase = phase;
        track.since = to_text(event.recorded_at());
    }
}

void follow_request(Track& track, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::right_assessed)) {
        const bool entitled = data.get_or<std::string>("outcome", "") == "entitled";
        move_to(track, entitled ? Phase::entitled : Phase::refused, event);
    } else if (event.is(event_name::plan_offered)) {
        move_to(track, Phase::offered, event);
    } else if (event.is(event_name::plan_declined)) {
        move_to(track, Phase::declined, event);
        take(track.coordinator_due_on, data, "coordinatorDueOn");
        track.coordinator_awaited = track.coordinator_id.empty();
    } else if (event.is(event_name::coordinator_offered)) {
        track.coordinator_offered = true;
    } else if (event.is(event_name::plan_drafted)) {
        const bool late = day_of(event.occurred_on()) > track.draft_due_on;
        if (track.phase != Phase::draft) {
            (late ? track.missed : track.met).push_back(track.draft_due_on);
        }
        move_to(track, Phase::draft, event);
    }
}

void follow_active(Track& track, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::plan_activated)) {
        move_to(track, Phase::active, event);
        take(track.evaluate_on, data, "evaluateOn");
        take(track.until, data, "until");
    } else if (event.is(event_name::plan_evaluated)) {
        (data.get_or("late", false) ? track.missed : track.met).push_back(track.evaluate_on);
        track.evaluate_on = data.get_or<std::string>("nextEvaluateOn", "");
        track.since = to_text(event.recorded_at());
    } else if (event.is(event_name::plan_revised)) {
        take(track.evaluate_on, data, "evaluateOn");
        take(track.until, data, "until");
    } else if (event.is(event_name::plan_ended)) {
        move_to(track, Phase::ended, event);
    }
}

// Who leads the coordination answers for it; else who owns the concern; else where the coordinator
// was.
void lose_coordinator(Track& track, const Event& event) {
    if (track.responsible_unit_id.empty()) {
        take(track.responsible_unit_id, event.data(), "concernUnitId");
    }
    if (track.responsible_unit_id.empty()) {
        track.responsible_unit_id = track.coordinator_unit_id;
    }
    track.coordinator_id.clear();
    track.coordinator_unit_id.clear();
    track.since = to_text(event.recorded_at());
}

void gain_coordinator(Track& track, const Event& event) {
    take(track.coordinator_id, event.data(), "coordinatorId");
    take(track.coordinator_unit_id, event.data(), "coordinatorUnitId");
    if (track.coordinator_id.empty()) {
        return;
    }
    track.stale.erase("no-coordinator");
    track.stale.erase("coordinator-not-offered");
    if (track.phase == Phase::declined && track.coordinator_awaited) {
        const bool late = day_of(event.occurred_on()) > track.coordinator_due_on;
        (late ? track.missed : track.met).push_back(track.coordinator_due_on);
        track.coordinator_awaited = false;
    }
}

void follow_case(Track& track, const Event& event) {
    const Data& data = event.data();
    if (event.is("case.consent-withdrawn")) {
        const std::string id = data.get_or<std::string>("consentId", std::string(event.entity()));
        if (id == track.consent_id) {
            track.consent_withdrawn = true;
            track.since = to_text(event.recorded_at());
        }
    } else if (event.is("case.coordinating-service-assigned")) {
        take(track.responsible_unit_id, data, "coordinatingUnitId");
    } else if (event.is("case.level-set")) {
        if (data.get_or("level", 1) == 0) {
            lose_coordinator(track, event);
        }
    } else {
        gain_coordinator(track, event);
    }
}

}  // namespace

bool follow(Track& track, const Event& event) {
    if (event.is(event_name::plan_requested)) {
        open_track(track, event);
        track.since = to_text(event.recorded_at());
        take(track.coordinator_id, event.data(), "coordinatorId");
        take(track.coordinator_unit_id, event.data(), "coordinatorUnitId");
        take(track.responsible_unit_id, event.data(), "responsibleUnitId");
        return true;
    }
    if (track.plan_id.empty()) {
        return false;
    }
    if (!event.type().starts_with("individual-plan.")) {
        follow_case(track, event);
        return true;
    }
    if (event.is(event_name::plan_stale_detected)) {
        track.stale = event.data().get_or<std::set<std::string>>("causes", {});
        return true;
    }
    if (event.is(event_name::plan_checked)) {
        return true;
    }
    track.stale.clear();
    if (event.data().has("consentId")) {
        track.consent_id = event.data().get("consentId");
        track.consent_withdrawn = false;
    }
    follow_request(track, event);
    follow_active(track, event);
    return true;
}

NextStep next_step(const Track& track) {
    switch (track.phase) {
        case Phase::requested:
            return {"assess-right", track.draft_due_on, true};
        case Phase::entitled:
            return {"offer-plan", track.draft_due_on, true};
        case Phase::offered:
            return {"answer-plan-offer", track.draft_due_on, false};
        case Phase::draft:
            return {"activate-plan", "", true};
        case Phase::active:
            return track.evaluate_on.empty() ? NextStep{"revise-or-end-plan", track.until, true}
                                             : NextStep{"evaluate-plan", track.evaluate_on, true};
        case Phase::declined:
            // An offer that nobody has taken up yet is no coordinator.
            if (track.coordinator_id.empty()) {
                return {
                    track.coordinator_offered ? "appoint-coordinator" : "offer-coordinator",
                    track.coordinator_due_on, true
                };
            }
            return {"none", "", false};
        case Phase::refused:
        case Phase::ended:
            return {"none", "", false};
    }
    return {"none", "", false};
}

NextStep waiting_step(const Track& track) {
    const NextStep step = next_step(track);
    if (!is_in_progress(track.phase)) {
        return step;
    }
    if (track.coordinator_id.empty()) {
        return {"appoint-coordinator", step.due_on, true};
    }
    if (track.consent_withdrawn) {
        return {"renew-consent", "", true};
    }
    if (track.stale.contains("no-activity")) {
        return {"stale-plan", track.evaluate_on, true};
    }
    return step;
}

static json text_or_null(const std::string& text) {
    return text.empty() ? json() : json(text);
}

json who_of(const Track& track) {
    return text_or_null(track.coordinator_id);
}

json unit_of(const Track& track) {
    return text_or_null(
        track.coordinator_id.empty() ? track.responsible_unit_id : track.coordinator_unit_id
    );
}

}  // namespace samvev::individual_plan
