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
        {"draftDueOn", track.draft_due_on},
        {"coordinatorDueOn", track.coordinator_due_on},
        {"coordinatorOffered", track.coordinator_offered},
        {"evaluateOn", track.evaluate_on},
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
    in.at("draftDueOn").get_to(track.draft_due_on);
    in.at("coordinatorDueOn").get_to(track.coordinator_due_on);
    in.at("coordinatorOffered").get_to(track.coordinator_offered);
    in.at("evaluateOn").get_to(track.evaluate_on);
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
    } else if (event.is(event_name::plan_evaluated)) {
        (data.get_or("late", false) ? track.missed : track.met).push_back(track.evaluate_on);
        take(track.evaluate_on, data, "nextEvaluateOn");
        track.since = to_text(event.recorded_at());
    } else if (event.is(event_name::plan_revised)) {
        take(track.evaluate_on, data, "evaluateOn");
    } else if (event.is(event_name::plan_ended)) {
        move_to(track, Phase::ended, event);
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
        return;
    }
    take(track.coordinator_id, data, "coordinatorId");
    take(track.coordinator_unit_id, data, "coordinatorUnitId");
}

}  // namespace

bool follow(Track& track, const Event& event) {
    if (event.is(event_name::plan_requested)) {
        open_track(track, event);
        track.since = to_text(event.recorded_at());
        take(track.coordinator_id, event.data(), "coordinatorId");
        take(track.coordinator_unit_id, event.data(), "coordinatorUnitId");
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
        for (const auto& cause : event.data().get_or<std::set<std::string>>("causes", {})) {
            track.stale.insert(cause);
        }
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
    if (track.consent_withdrawn && is_in_progress(track.phase)) {
        return {"renew-consent", "", true};
    }
    if (track.stale.contains("no-activity") && is_in_progress(track.phase)) {
        return {"stale-plan", track.evaluate_on, true};
    }
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
            return {"evaluate-plan", track.evaluate_on, true};
        case Phase::declined:
            if (!track.coordinator_offered) {
                return {"offer-coordinator", track.coordinator_due_on, true};
            }
            return {"none", "", false};
        case Phase::refused:
        case Phase::ended:
            return {"none", "", false};
    }
    return {"none", "", false};
}

}  // namespace samvev::individual_plan
