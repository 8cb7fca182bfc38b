#include "module.hpp"
#include "names.hpp"

namespace samvev::person {

namespace event_name = names::person::event;

namespace {

void fold_identifier(Person& person, const Data& data) {
    const auto kind = data.get("kind");
    for (Identifier& other : person.identifiers) {
        other.current = other.current && (other.kind != kind || kind == "temporary");
    }
    person.identifiers.push_back({kind, data.get("number"), true});
}

void fold_birth(Person& person, const Data& data) {
    person.life = Life::born;
    person.birth_date = data.get_or<std::string>("birthDate", "");
    Name name = name_in(data);
    if (name.family.empty()) {
        name.family = person.name.family;
    }
    if (name.given.empty()) {
        name.given = person.name.given;
    }
    person.name = std::move(name);
}

// Who it is about is the entity, so that it stands when the payload is gone.
void fold_relation(Person& person, const Event& event) {
    const std::string other(event.entity());
    if (event.is(event_name::guardian_recorded)) {
        person.guardians.insert(other);
    } else if (event.is(event_name::guardian_ended)) {
        person.guardians.erase(other);
    } else if (event.is(event_name::contact_restricted)) {
        person.restricted.insert(other);
    } else if (event.is(event_name::contact_restriction_lifted)) {
        person.restricted.erase(other);
    } else if (event.is(event_name::proxy_given)) {
        person.proxies.insert(other);
    } else if (event.is(event_name::proxy_ended)) {
        person.proxies.erase(other);
    } else if (event.is(event_name::care_taken_over)) {
        person.in_care = true;
    } else if (event.is(event_name::care_ended)) {
        person.in_care = false;
    }
}

}  // namespace

void evolve(Person& person, const Event& event) {
    const Data& data = event.data();
    fold_relation(person, event);
    if (event.is(event_name::address_protection_set)) {
        person.lowering.reset();
    }
    if (event.is(event_name::person_registered)) {
        person.life = Life::born;
        person.name = name_in(data);
        person.birth_date = data.get_or<std::string>("birthDate", "");
    } else if (event.is(event_name::unborn_child_registered)) {
        person.life = Life::unborn;
        person.name = name_in(data);
        person.due_date = data.get_or<std::string>("dueDate", "");
    } else if (event.is(event_name::child_born)) {
        fold_birth(person, data);
    } else if (event.is(event_name::death_recorded)) {
        person.life = Life::dead;
    } else if (!event.has_data()) {
        return;
    } else if (event.is(event_name::identifier_linked)) {
        fold_identifier(person, data);
    } else if (event.is(event_name::name_corrected)) {
        person.name = name_in(data);
    } else if (event.is(event_name::address_protection_set)) {
        person.protection = data.get<Protection>("level");
    } else if (event.is(event_name::protection_lowering_proposed)) {
        person.lowering = Lowering{data.raw(), std::string(event.actor())};
    }
}

}  // namespace samvev::person
