#include "case_story.hpp"

#include <algorithm>

namespace samvev::core_test {

const TestModule& case_module() {
    static const TestModule module(builtin::case_());
    return module;
}

json facts(const char* kind, const std::vector<TestEvent>& events) {
    TestStream stream(case_module(), kind);
    for (const TestEvent& one : events) {
        stream.add(one);
    }
    stream.check_refold();
    return stream.state();
}

namespace {

TestEvent role_in(const std::string& unit_id, const char* role, unsigned number) {
    return event(
        "organisation.staff-role-assigned", {{"role", role}, {"unitId", unit_id}}, id('a', number)
    );
}

}  // namespace

json active_staff() {
    return facts(
        "staff", {event("organisation.staff-registered", {{"displayName", "Ada Prøve"}}),
                  role_in(id('u', 0), "coordinator", 1), role_in(school, "coordinator", 2),
                  role_in(health_station, "coordinator", 3)}
    );
}

json staff_in(const std::string& unit_id, const char* role) {
    return facts("staff", {event("organisation.staff-registered"), role_in(unit_id, role, 1)});
}

json departed_staff() {
    return facts(
        "staff", {event("organisation.staff-registered"),
                  event("organisation.staff-role-assigned", {{"role", "coordinator"}}, id('a', 1)),
                  event("organisation.staff-role-ended", {{"reason", "Sluttet."}}, id('a', 1))}
    );
}

json open_unit(const std::string& leader_id) {
    return facts(
        "unit", {event("organisation.unit-registered", {{"name", "Fjordvik"}, {"type", "school"}}),
                 event("organisation.leader-appointed", {{"leaderId", leader_id}})}
    );
}

json closed_unit() {
    return facts(
        "unit", {event("organisation.unit-registered", {{"external", true}}),
                 event("organisation.unit-closed", {{"reason", "Lagt ned."}})}
    );
}

Sender staff(const std::string& staff_id, std::vector<std::string> roles, const std::string& unit) {
    static const json anyone = active_staff();
    static const json anywhere = open_unit(geir);
    Sender sender;
    sender.actor = "staff/" + staff_id;
    sender.roles = std::move(roles);
    sender.unit = unit;
    for (const char* read : {"owner", "coordinator", "to", "staff", "leader"}) {
        sender.context[read] = anyone;
    }
    for (const char* read : {"unit", "ownerUnit", "coordinatingUnit"}) {
        sender.context[read] = anywhere;
    }
    return sender;
}

Sender as_ada() {
    return staff(ada, {"coordinator"}, school);
}
Sender as_odd() {
    return staff(odd, {"participant"}, health_station);
}
Sender as_geir() {
    return staff(geir, {"leader"}, health_station);
}
Sender as_division_head() {
    return staff(id('s', 9), {"division-head"}, id('u', 9));
}
Sender as_timer() {
    Sender sender = staff("", {"system:timer"}, "");
    sender.actor = "system/case";
    return sender;
}
Sender as_child() {
    Sender sender = staff("", {"child"}, "");
    sender.actor = "person/" + lo;
    return sender;
}

Sender seeing(Sender sender, const char* read, json state) {
    sender.context[read] = std::move(state);
    return sender;
}

CaseStory& CaseStory::has(std::string_view command, const json& data, const Sender& sender) {
    const Outcome outcome = stream_.send(command, data, sender);
    if (outcome.status != SAMVEV_OK) {
        throw testing::Mismatch(
            std::string(command) + " was refused\n" + testing::as_text(outcome)
        );
    }
    return *this;
}

CaseStory& CaseStory::happened(TestEvent event) {
    stream_.add(std::move(event));
    return *this;
}

std::string CaseStory::answer(std::string_view command, const json& data, const Sender& sender)
    const {
    const Outcome outcome = tried(command, data, sender);
    if (outcome.status == SAMVEV_OK) {
        return outcome.events.empty() ? "nothing" : "ok";
    }
    if (outcome.status != SAMVEV_REJECTED) {
        return testing::as_text(outcome);
    }
    std::vector<std::string> codes = outcome.codes();
    std::sort(codes.begin(), codes.end());
    std::string out;
    for (const std::string& code : codes) {
        out += (out.empty() ? "" : " ") + code.substr(code.find('.') + 1);
    }
    return out;
}

std::string CaseStory::writes(std::string_view command, const json& data, const Sender& sender)
    const {
    const Outcome outcome = tried(command, data, sender);
    if (outcome.status != SAMVEV_OK) {
        return testing::as_text(outcome);
    }
    std::string out;
    for (const TestEvent& one : outcome.events) {
        out += (out.empty() ? "" : " ") + one.type.substr(one.type.find('.') + 1);
    }
    return out;
}

json CaseStory::view(const char* view) const {
    return case_module().project(view, "case/x", history(), nullptr, "case");
}

json opening(int level) {
    json data = {{"level", level}, {"title", "Samordning rundt skolestart"}};
    if (level == 0) {
        data["concernOwnerId"] = ada;
        data["concernUnitId"] = school;
    } else {
        data["personId"] = lo;
        data["coordinatorId"] = ada;
        data["coordinatorUnitId"] = school;
    }
    if (level >= 2) {
        data["coordinatingUnitId"] = school;
        data["consent"] = consent(90);
    }
    return data;
}

json consent(unsigned number, json topics) {
    return {
        {"consentId", id('c', number)},          {"givenById", id('p', 2)},
        {"capacity", "parental-responsibility"}, {"form", "signed"},
        {"topics", std::move(topics)},           {"recipientUnitIds", {school, health_station}},
        {"sharingPurpose", "Samordne tiltak."},
    };
}

json participation(unsigned number) {
    return {{"participationId", id('m', number)}, {"code", "1.1"}, {"view", "Jeg vil bli hørt."}};
}

json offer_to_odd(unsigned number) {
    return {
        {"handoverId", id('h', number)},
        {"toId", odd},
        {"toUnitId", health_station},
        {"reason", "Mest hos helsestasjonen nå."},
    };
}

json answer_of_odd(unsigned number) {
    return {{"handoverId", id('h', number)}, {"toId", odd}, {"toUnitId", health_station}};
}

json with(json data, const json& more) {
    if (!more.is_null()) {
        data.update(more);
    }
    return data;
}

std::unique_ptr<CaseStory> opened_case(int level) {
    auto story = std::make_unique<CaseStory>();
    story->has("case.open-case", opening(level));
    return story;
}

}  // namespace samvev::core_test
