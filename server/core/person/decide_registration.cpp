#include "module.hpp"
#include "names.hpp"

namespace samvev::person {

namespace event_name = names::person::event;
namespace rejection = names::person::rejection;

namespace {

// Longest from registration to due date, and how long a late birth may be registered as unborn.
constexpr std::chrono::days due_date_ahead_max{300};
constexpr std::chrono::days due_date_passed_max{42};

void require_not_in_future(
    const Command& command, const char* name, std::string_view field, Decision& decision
) {
    decision.require(
        parse_date(command.data().get(name)) <= command.today(), rejection::date_in_future, field
    );
}

json with_members(const Data& data, std::initializer_list<const char*> members) {
    json out = json::object();
    for (const char* member : members) {
        if (data.has(member)) {
            out[member] = data.raw()[member];
        }
    }
    return out;
}

}  // namespace

void register_person(const Person& person, const Command& command, Decision& decision) {
    if (!decision.require(person.life == Life::unknown, rejection::already_registered)) {
        return;
    }
    const Data& data = command.data();
    require_not_in_future(command, "birthDate", "/birthDate", decision);
    decision.emit(
        event_name::person_registered, 1,
        with_members(data, {"givenName", "middleName", "familyName", "birthDate"})
    );
    if (data.has("identifier")) {
        link_number(Data("identifier", data.raw()["identifier"]), "/identifier/number", decision);
    }
    if (data.has("language")) {
        decision.emit(
            event_name::language_needs_set, 1,
            {{"language", data.get("language")},
             {"needsInterpreter", data.get_or("needsInterpreter", false)}}
        );
    }
    if (data.has("addressProtection")) {
        decision.emit(
            event_name::address_protection_set, 1,
            {{"level", data.get("addressProtection")}, {"reason", "stated-at-registration"}}
        );
    }
}

void register_unborn_child(const Person& person, const Command& command, Decision& decision) {
    if (!decision.require(person.life == Life::unknown, rejection::already_registered)) {
        return;
    }
    const std::chrono::sys_days due(parse_date(command.data().get("dueDate")));
    const std::chrono::sys_days today(command.today());
    decision.require(
        due <= today + due_date_ahead_max && due >= today - due_date_passed_max,
        rejection::due_date_out_of_range, "/dueDate"
    );
    decision.emit(event_name::unborn_child_registered, 1, command.data().raw());
}

void record_birth(const Person& person, const Command& command, Decision& decision) {
    decision.require(person.life == Life::unborn, rejection::not_unborn);
    require_not_in_future(command, "birthDate", "/birthDate", decision);
    decision.emit(event_name::child_born, 1, command.data().raw());
}

void record_death(const Person& person, const Command& command, Decision& decision) {
    decision.require(person.life != Life::dead, rejection::deceased);
    require_not_in_future(command, "deathDate", "/deathDate", decision);
    // Both are YYYY-MM-DD, so text order is the order of days.
    decision.require(
        person.birth_date <= command.data().get("deathDate"), rejection::death_before_birth,
        "/deathDate"
    );
    decision.emit(event_name::death_recorded, 1, command.data().raw());
}

}  // namespace samvev::person
