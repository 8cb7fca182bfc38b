#include "state.hpp"

#include "names.hpp"

namespace samvev::invitation {

namespace event_name = names::invitation::event;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Invitation, phase, person_id, locator, redeem_by, ends_at)

namespace {

std::string text(const Event& event, const char* name, const std::string& fallback = {}) {
    return event.data().get_or(name, fallback);
}

void evolve_own(Invitations& state, const Event& event) {
    Invitation& one = state.by_id[std::string(event.entity())];
    if (event.is(event_name::invited)) {
        one.person_id = text(event, "personId");
        one.locator = text(event, "locator");
        one.redeem_by = text(event, "redeemBy");
        one.ends_at = text(event, "endsAt");
    } else {
        one.phase = event.is(event_name::redeemed) ? Phase::redeemed : Phase::over;
    }
}

}  // namespace

const Invitation* Invitations::find(const std::string& id) const {
    const auto found = by_id.find(id);
    return found == by_id.end() ? nullptr : &found->second;
}

void to_json(json& out, const Invitations& state) {
    out = {
        {"childId", state.child_id},
        {"closed", state.closed},
        {"network", state.network},
        {"byId", state.by_id},
    };
}

void from_json(const json& in, Invitations& state) {
    in.at("childId").get_to(state.child_id);
    in.at("closed").get_to(state.closed);
    in.at("network").get_to(state.network);
    in.at("byId").get_to(state.by_id);
}

void to_json(json& out, const Person& person) {
    out = {
        {"registered", person.registered}, {"dead", person.dead},
        {"birthDate", person.birth_date},  {"representatives", person.representatives},
        {"keptAway", person.kept_away},
    };
}

void from_json(const json& in, Person& person) {
    in.at("registered").get_to(person.registered);
    in.at("dead").get_to(person.dead);
    in.at("birthDate").get_to(person.birth_date);
    in.at("representatives").get_to(person.representatives);
    in.at("keptAway").get_to(person.kept_away);
}

void evolve(Invitations& state, const Event& event) {
    if (event.type().starts_with("invitation.")) {
        return evolve_own(state, event);
    }
    const std::string id(event.entity());
    if (event.is("case.guest-added") || event.is("case.participant-invited")) {
        if (event.data().has("personId")) {
            state.network[id] = text(event, "personId");
        }
    } else if (event.is("case.participation-ended") || event.is("case.invitation-declined")) {
        state.network.erase(id);
    } else if (event.is("case.case-closed")) {
        state.closed = true;
    } else {
        state.child_id = text(event, "personId", state.child_id);
        state.closed = state.closed && !event.is("case.case-reopened");
    }
}

void evolve(Person& person, const Event& event) {
    const std::string other(event.entity());
    if (event.is("person.person-registered") || event.is("person.unborn-child-registered") ||
        event.is("person.child-born")) {
        person.registered = true;
        person.birth_date = text(event, "birthDate");
    } else if (event.is("person.death-recorded")) {
        person.dead = true;
    } else if (event.is("person.guardian-recorded") || event.is("person.proxy-given")) {
        person.representatives.insert(other);
    } else if (event.is("person.guardian-ended") || event.is("person.proxy-ended")) {
        person.representatives.erase(other);
    } else if (event.is("person.contact-restricted")) {
        person.kept_away.insert(other);
    } else {
        person.kept_away.erase(other);
    }
}

}  // namespace samvev::invitation
