#include "access/fold_case.hpp"

#include <algorithm>
#include <map>

namespace samvev::access {

namespace {

using Step = void (*)(CaseFacts&, const FactEvent&, const Payload&);
using Phase = Participation::Phase;

Id entity_of(const FactEvent& event) {
    return Id(event.entity);
}

void take_person(CaseFacts& state, const FactEvent& /*event*/, const Payload& data) {
    if (data.has("personId")) {
        state.person = data.text("personId");
    }
}

void take_concern_owner(CaseFacts& state, const FactEvent& /*event*/, const Payload& data) {
    if (data.has("concernOwnerId") || data.has("concernUnitId")) {
        state.concern_owner = Post{data.text("concernOwnerId"), data.text("concernUnitId")};
        state.escalated_to.clear();
    }
}

void take_coordinator(CaseFacts& state, const FactEvent& event, const Payload& data) {
    state.coordinator = Post{data.text("coordinatorId"), data.text("coordinatorUnitId")};
    state.coordinator_since = event.recorded_at;
    state.offered_to.reset();
    state.escalated_to.clear();
}

void take_level(CaseFacts& state, const FactEvent& event, const Payload& data) {
    state.level = data.number("level").value_or(0);
    state.escalated_to.clear();
    take_person(state, event, data);
    take_concern_owner(state, event, data);
    if (state.level == 0) {
        state.coordinator.reset();
    } else if (data.has("coordinatorId")) {
        take_coordinator(state, event, data);
    }
    if (data.has("coordinatingUnitId")) {
        state.coordinating_unit = data.text("coordinatingUnitId");
    }
}

void open(CaseFacts& state, const FactEvent& event, const Payload& data) {
    state.closed = false;
    take_level(state, event, data);
}

void raise_concern(CaseFacts& state, const FactEvent& event, const Payload& data) {
    take_person(state, event, data);
    take_concern_owner(state, event, data);
}

void close(CaseFacts& state, const FactEvent& /*event*/, const Payload& /*data*/) {
    state.closed = true;
    state.offered_to.reset();
    state.escalated_to.clear();
}

void link(CaseFacts& state, const FactEvent& /*event*/, const Payload& data) {
    state.linked_cases.insert(data.text("linkedCaseId"));
}

void assign_coordinating_unit(CaseFacts& state, const FactEvent& /*event*/, const Payload& data) {
    state.coordinating_unit = data.text("coordinatingUnitId");
}

void offer(CaseFacts& state, const FactEvent& /*event*/, const Payload& data) {
    state.offered_to = Post{data.text("toId"), data.text("toUnitId")};
}

void escalate(CaseFacts& state, const FactEvent& /*event*/, const Payload& data) {
    state.escalated_to.push_back({data.text("toId"), data.text("unitId")});
}

void end_offer(CaseFacts& state, const FactEvent& /*event*/, const Payload& /*data*/) {
    state.offered_to.reset();
    state.escalated_to.clear();
}

void invite(CaseFacts& state, const FactEvent& event, const Payload& data) {
    state.participations[entity_of(event)] = Participation{
        .phase = Phase::invited,
        .post = {data.text("staffId"), data.text("unitId")},
        .person = data.text("personId"),
        .topics = data.texts("topics"),
        .period = data.period(),
    };
}

// Only who was invited comes in: an answer without an invitation opens nothing.
void accept(CaseFacts& state, const FactEvent& event, const Payload& data) {
    const auto found = state.participations.find(entity_of(event));
    if (found == state.participations.end() || found->second.phase == Phase::ended) {
        return;
    }
    found->second.phase = Phase::active;
    if (data.has("staffId")) {
        found->second.post.staff = data.text("staffId");
    }
}

void end_participation(CaseFacts& state, const FactEvent& event, const Payload& /*data*/) {
    state.participations[entity_of(event)].phase = Phase::ended;
}

void change_scope(CaseFacts& state, const FactEvent& event, const Payload& data) {
    state.participations[entity_of(event)].topics = data.texts("topics");
}

void extend(CaseFacts& state, const FactEvent& event, const Payload& data) {
    Participation& participation = state.participations[entity_of(event)];
    participation.period.until =
        data.has("until") ? data.date("until") : participation.period.until;
}

void add_guest(CaseFacts& state, const FactEvent& event, const Payload& data) {
    Participation guest;
    guest.phase = Phase::active;
    guest.person = data.text("personId");
    guest.period = data.period();
    state.participations[entity_of(event)] = std::move(guest);
}

void grant_consent(CaseFacts& state, const FactEvent& event, const Payload& data) {
    Release release;
    release.topics = data.texts("topics");
    release.recipient_units = data.texts("recipientUnitIds");
    release.source_units = data.texts("sourceUnitIds");
    release.excluded_topics = data.texts("excludedTopics");
    release.excluded_units = data.texts("excludedUnitIds");
    release.period = data.period();
    state.releases[entity_of(event)] = std::move(release);
}

void withdraw_consent(CaseFacts& state, const FactEvent& event, const Payload& /*data*/) {
    state.releases[entity_of(event)].withdrawn = true;
}

void record_basis(CaseFacts& state, const FactEvent& event, const Payload& data) {
    Release release;
    release.ground = Release::Ground::statute;
    release.topics = data.texts("topics");
    release.recipient_units = data.texts("unitIds");
    release.every_unit = !data.has("unitIds");
    release.period = data.period();
    release.paragraph = data.text("paragraph");
    state.releases[entity_of(event)] = std::move(release);
}

// An end that cannot be read is over already.
void start_emergency(CaseFacts& state, const FactEvent& event, const Payload& data) {
    state.emergencies[entity_of(event)] = EmergencyGrant{
        .post = {data.text("staffId"), data.text("unitId")},
        .from = event.recorded_at,
        .until = data.time("until").value_or(event.recorded_at),
        .reason_code = data.text("reasonCode"),
        .reviewed_by = {},
    };
}

void end_emergency(CaseFacts& state, const FactEvent& event, const Payload& /*data*/) {
    EmergencyGrant& grant = state.emergencies[entity_of(event)];
    grant.until = std::min(grant.until, event.recorded_at);
}

void review_emergency(CaseFacts& state, const FactEvent& event, const Payload& data) {
    state.emergencies[entity_of(event)].reviewed_by = data.text("reviewerId");
}

void withhold(CaseFacts& state, const FactEvent& event, const Payload& data) {
    Withholding& one = state.withholdings[entity_of(event)];
    one.item = data.text("itemId");
    one.from = data.texts("withheldFrom");
    if (one.item.empty() || one.from.empty()) {
        one = {.item = {}, .from = {"guardians"}};  // Taken out: what it kept back is not known.
    }
}

void release(CaseFacts& state, const FactEvent& event, const Payload& /*data*/) {
    state.withholdings[entity_of(event)].released = true;
}

// What was taken out lets nobody in.
void invite_without_eid(CaseFacts& state, const FactEvent& event, const Payload& data) {
    state.invitations[entity_of(event)] = Invitation{
        .phase = Invitation::Phase::open,
        .person = data.text("personId"),
        .locator = data.text("locator"),
        .code = data.text("codeDigest"),
        .device = {},
        .redeem_by = data.time("redeemBy").value_or(event.recorded_at),
        .ends_at = data.time("endsAt").value_or(event.recorded_at),
    };
}

void redeem(CaseFacts& state, const FactEvent& event, const Payload& data) {
    Invitation& one = state.invitations[entity_of(event)];
    one.phase = Invitation::Phase::redeemed;
    one.device = data.text("deviceDigest");
}

void end_invitation(CaseFacts& state, const FactEvent& event, const Payload& /*data*/) {
    state.invitations[entity_of(event)].phase = Invitation::Phase::over;
}

// What is said in a case about its person, in all of their cases.
using PersonStep = void (*)(PersonFacts&, const FactEvent&, const Payload&);

Id shut_out(const Payload& data) {
    return data.has("unitId") ? data.text("unitId") : data.text("staffId");
}

void block(PersonFacts& person, const FactEvent& /*event*/, const Payload& data) {
    person.blocks[shut_out(data)] = Period{.from = {}, .until = data.date("until")};
}

void unblock(PersonFacts& person, const FactEvent& /*event*/, const Payload& data) {
    person.blocks.erase(shut_out(data));
}

const std::map<std::string_view, PersonStep>& person_steps() {
    static const std::map<std::string_view, PersonStep> table{
        {"privacy.access-blocked", block},
        {"privacy.access-unblocked", unblock},
    };
    return table;
}

const std::map<std::string_view, Step>& steps() {
    static const std::map<std::string_view, Step> table{
        {"case.concern-raised", raise_concern},
        {"case.concern-owner-assigned", take_concern_owner},
        {"case.case-opened", open},
        {"case.case-reopened", open},
        {"case.level-set", take_level},
        {"case.person-identified", take_person},
        {"case.level-overdue", escalate},
        {"case.case-closed", close},
        {"case.case-linked", link},
        {"case.coordinator-appointed", take_coordinator},
        {"case.coordinating-service-assigned", assign_coordinating_unit},
        {"case.handover-offered", offer},
        {"case.handover-escalated", escalate},
        {"case.handover-accepted", take_coordinator},
        {"case.handover-decided", take_coordinator},
        {"case.handover-rejected", end_offer},
        {"case.handover-withdrawn", end_offer},
        {"case.participant-invited", invite},
        {"case.invitation-accepted", accept},
        {"case.invitation-declined", end_participation},
        {"case.participation-ended", end_participation},
        {"case.scope-changed", change_scope},
        {"case.participation-extended", extend},
        {"case.guest-added", add_guest},
        {"case.consent-granted", grant_consent},
        {"case.consent-withdrawn", withdraw_consent},
        {"case.statutory-basis-recorded", record_basis},
        {"privacy.item-withheld", withhold},
        {"privacy.item-released", release},
        {"invitation.invited", invite_without_eid},
        {"invitation.redeemed", redeem},
        {"invitation.withdrawn", end_invitation},
        {"invitation.expired", end_invitation},
        {"invitation.locked", end_invitation},
        {"invitation.signed-out", end_invitation},
        {"break-glass.started", start_emergency},
        {"break-glass.ended", end_emergency},
        {"break-glass.reviewed", review_emergency},
    };
    return table;
}

}  // namespace

bool ends_invitation(std::string_view type) noexcept {
    const auto step = steps().find(type);
    return step != steps().end() && step->second == end_invitation;
}

bool is_case_fact(std::string_view type) noexcept {
    return steps().contains(type) || person_steps().contains(type);
}

void fold_case(Facts& facts, const FactEvent& event, const Payload& data) {
    const auto about_person = person_steps().find(event.type);
    if (about_person != person_steps().end()) {
        const CaseFacts* found = facts.cases.find(event.stream_id);
        if (found != nullptr && !found->person.empty()) {
            facts.persons.update(found->person, [&](PersonFacts& person) {
                about_person->second(person, event, data);
            });
        }
        return;
    }
    const auto step = steps().find(event.type);
    facts.cases.update(event.stream_id, [&](CaseFacts& state) {
        step->second(state, event, data);
    });
    const std::string person = data.text("personId");
    if (!person.empty()) {
        facts.persons.update(person, [&](PersonFacts& state) {
            state.cases.insert(Id(event.stream_id));
        });
    }
}

}  // namespace samvev::access
