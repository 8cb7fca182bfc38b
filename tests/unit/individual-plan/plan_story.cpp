#include "plan_story.hpp"

namespace samvev::test {

using testing::Outcome;
using testing::Sender;
using testing::TestEvent;

PlanStory::PlanStory() : module(samvev_entry_v1), stream_(module, "case") {
    move_to("2027-01-11");
}

void PlanStory::move_to(const std::string& date) {
    now = oslo_midnight(parse_date(date)) + std::chrono::hours(12);
}

void PlanStory::fact(const std::string& type, const json& data, const std::string& entity) {
    TestEvent event = testing::event("case." + type, data, entity);
    event.recorded_at = now;
    event.occurred_on = occurred_on;
    stream_.add(event);
}

void PlanStory::open_case() {
    fact(
        "case-opened",
        {{"level", 2}, {"personId", pia}, {"coordinatorId", liv}, {"coordinatorUnitId", unit_of_liv}
        }
    );
}

void PlanStory::consent(int id, const std::vector<std::string>& units, const std::string& until) {
    json data{
        {"consentId", uuid(id)}, {"recipientUnitIds", units}, {"topics", json::array({"health"})}
    };
    if (!until.empty()) {
        data["until"] = until;
    }
    fact("consent-granted", data, uuid(id));
}

void PlanStory::withdraw_consent(int id) {
    fact("consent-withdrawn", {{"consentId", uuid(id)}}, uuid(id));
}

void PlanStory::hear_child(int id, const std::string& code, const std::string& on) {
    const std::string before = occurred_on;
    occurred_on = on.empty() ? occurred_on : on;
    fact(
        "participation-recorded",
        {{"participationId", uuid(id)}, {"context", "plan"}, {"code", code}}, uuid(id)
    );
    occurred_on = before;
}

void PlanStory::join(int id, const std::string& unit) {
    fact(
        "invitation-accepted", {{"participantId", uuid(id)}, {"unitId", unit}, {"role", "lærer"}},
        uuid(id)
    );
}

void PlanStory::set_goal(int id) {
    fact("goal-set", {{"goalId", uuid(id)}, {"owner", "child"}, {"text", "Sove"}}, uuid(id));
}

void PlanStory::propose_measure(int id, const std::string& effort) {
    json data{{"measureId", uuid(id)}, {"title", "Gruppe"}, {"unitId", school}};
    if (!effort.empty()) {
        data["effort"] = effort;
    }
    fact("measure-proposed", data, uuid(id));
}

Outcome PlanStory::send_as(const std::string& role, const std::string& command, const json& data) {
    Sender sender;
    sender.actor = "staff/" + liv;
    sender.roles = {role};
    sender.unit = unit_of_liv;
    sender.now = now;
    sender.occurred_on = occurred_on;
    const Outcome outcome = stream_.send("individual-plan." + command, data, sender);
    if (outcome.status == SAMVEV_OK) {
        if (command == "detect-stale" || !outcome.cleared.empty()) {
            timer_.reset();
        }
        for (const testing::TestTimer& set : outcome.timers) {
            timer_ = set.due;
        }
    }
    return outcome;
}

Outcome PlanStory::send(const std::string& command, const json& data) {
    return send_as("coordinator", command, data);
}

void PlanStory::must(const std::string& command, const json& data) {
    const Outcome outcome = send(command, data);
    if (outcome.status != SAMVEV_OK) {
        throw testing::Mismatch(command + " was not accepted\n" + testing::as_text(outcome));
    }
}

Codes PlanStory::codes(const std::string& command, const json& data) {
    const Outcome outcome = send(command, data);
    if (outcome.status < 0) {
        throw testing::Mismatch(command + " failed\n" + testing::as_text(outcome));
    }
    Codes out;
    for (const std::string& code : outcome.codes()) {
        out.push_back(code.substr(code.find('.') + 1));
    }
    return out;
}

void PlanStory::prepare(const std::set<std::string>& skipped) {
    const auto with = [&](const char* part) { return !skipped.contains(part); };
    const auto contribute = [&](int id, const json& by) {
        must(
            "add-contribution",
            {{"planId", plan}, {"contributionId", uuid(id)}, {"by", by}, {"text", "Bidrar"}}
        );
    };
    open_case();
    consent(150, {school, unit_of_liv, health});
    must("request-plan", {{"planId", plan}, {"requestedBy", {{"role", "guardian"}}}});
    must("assess-right", {{"planId", plan}, {"longTerm", true}, {"coordinated", true}});
    must("offer-plan", {{"planId", plan}});
    if (with("hearing")) {
        hear_child(170);
    }
    if (with("team")) {
        join(160, school);
    }
    set_goal(130);
    if (with("measure")) {
        propose_measure(140, with("extent") ? "2 timer" : "");
    }
    json draft{{"planId", plan}, {"consentId", uuid(150)}};
    if (with("goals")) {
        draft["goalIds"] = json::array({uuid(130)});
    }
    if (with("carrying-out")) {
        draft["howCarriedOut"] = "Hver uke";
    }
    if (with("cooperation")) {
        draft["cooperation"] = "Med habiliteringen";
    }
    must("draft-plan", draft);
    if (with("resources")) {
        must("map-resources", {{"planId", plan}, {"resources", "Musikk"}, {"needs", "Ro"}});
    }
    contribute(323, {{"kind", "service"}, {"unitId", unit_of_liv}});
    if (with("service")) {
        contribute(324, {{"kind", "service"}, {"unitId", school}});
    }
    if (with("family")) {
        contribute(322, {{"kind", "family"}});
    }
    if (with("child")) {
        contribute(321, {{"kind", "child"}});
    }
    if (with("period")) {
        must(
            "set-plan-period", {{"planId", plan}, {"from", "2027-01-11"}, {"until", "2028-01-10"}}
        );
    }
    if (!with("consent")) {
        withdraw_consent(150);
    }
    if (!with("coordinator")) {
        fact("level-set", {{"level", 0}, {"reason", "x"}, {"previousLevel", 2}});
    }
}

void PlanStory::activate() {
    prepare();
    must("activate-plan", {{"planId", plan}});
}

json PlanStory::document(const std::string& view) const {
    const std::string id = "individual-plan." + view;
    const json declared = testing::detail::find_named(module.manifest(), "views", "id", id);
    json document;
    for (const TestEvent& event : stream_.history()) {
        for (const json& pattern : declared.at("on")) {
            if (testing::detail::matches(pattern.get<std::string>(), event.type)) {
                document = module.project(
                    id, "case/" + stream_.id(), {event}, document, "case", stream_.id()
                );
                break;
            }
        }
    }
    return document;
}

std::string uuid(int number) {
    const std::string digits = std::to_string(number);
    return "00000000-0000-7000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

}  // namespace samvev::test
