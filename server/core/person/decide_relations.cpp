#include "module.hpp"
#include "names.hpp"

// Who stands in for a person, who must be kept away, and who holds the care: what access rests on.
namespace samvev::person {

namespace event_name = names::person::event;
namespace rejection = names::person::rejection;

namespace {

void require_period(const Data& data, const Command& command, Decision& decision) {
    const auto until = data.find("until");
    const auto from = data.find("from");
    if (until) {
        decision.require(
            parse_date(*until) >= command.today() && (!from || *from <= *until),
            rejection::date_passed, "/until"
        );
    }
}

// Recording what stands already is allowed: it sets another period.
void record(
    const Person& person, const Command& command, Decision& decision, const std::string& other,
    const char* field, std::string_view event
) {
    decision.require(other != command.stream_id(), rejection::same_person, field);
    decision.require(person.life != Life::dead, rejection::deceased);
    require_period(command.data(), command, decision);
    decision.emit(event, 1, command.data().raw(), other);
}

void end(
    const std::set<std::string>& known, const Command& command, Decision& decision,
    const char* field, std::string_view event
) {
    const auto other = command.data().get(field + 1);
    decision.require(known.contains(other), rejection::relation_unknown, field);
    decision.emit(event, 1, command.data().raw(), other);
}

}  // namespace

void record_guardian(const Person& person, const Command& command, Decision& decision) {
    const auto guardian = command.data().get("guardianId");
    record(person, command, decision, guardian, "/guardianId", event_name::guardian_recorded);
}
void end_guardian(const Person& person, const Command& command, Decision& decision) {
    end(person.guardians, command, decision, "/guardianId", event_name::guardian_ended);
}

void restrict_contact(const Person& person, const Command& command, Decision& decision) {
    const auto restricted = command.data().get("restrictedId");
    record(person, command, decision, restricted, "/restrictedId", event_name::contact_restricted);
}
void lift_contact_restriction(const Person& person, const Command& command, Decision& decision) {
    end(person.restricted, command, decision, "/restrictedId",
        event_name::contact_restriction_lifted);
}

void give_proxy(const Person& person, const Command& command, Decision& decision) {
    const auto proxy = command.data().get("proxyId");
    record(person, command, decision, proxy, "/proxyId", event_name::proxy_given);
}
void end_proxy(const Person& person, const Command& command, Decision& decision) {
    end(person.proxies, command, decision, "/proxyId", event_name::proxy_ended);
}

void record_care(const Person& person, const Command& command, Decision& decision) {
    decision.require(person.life != Life::dead, rejection::deceased);
    decision.emit(event_name::care_taken_over, 1, command.data().raw());
}
void end_care(const Person& person, const Command& command, Decision& decision) {
    decision.require(person.in_care, rejection::relation_unknown);
    decision.emit(event_name::care_ended, 1, command.data().raw());
}

}  // namespace samvev::person
