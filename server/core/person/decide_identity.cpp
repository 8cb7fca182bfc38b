#include <algorithm>

#include "identifier.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::person {

namespace event_name = names::person::event;
namespace rejection = names::person::rejection;

void link_number(const Data& identifier, std::string_view field, Decision& decision) {
    const auto kind = identifier.get("kind");
    const auto number = parse_identifier(kind, identifier.get("number"));
    if (!decision.require(number.has_value(), rejection::identifier_invalid, field)) {
        return;
    }
    json data = identifier.raw();
    data["number"] = *number;
    decision.emit(event_name::identifier_linked, 1, data);
    if (const auto key = identifier_claim_key(kind, *number)) {
        decision.claim(names::person::claim::identifier, *key);
    }
}

void link_identifier(const Person& person, const Command& command, Decision& decision) {
    const Data& data = command.data();
    const auto kind = data.get("kind");
    const auto number = parse_identifier(kind, data.get("number"));
    const bool known = std::any_of(
        person.identifiers.begin(), person.identifiers.end(),
        [&](const Identifier& other) {
            return other.kind == kind && other.number == number && other.current;
        }
    );
    if (known) {
        return;
    }
    const bool replaces = kind != "temporary" && person.find_current(kind) != nullptr;
    decision.require(
        !replaces || data.has("replacesReason"), rejection::identifier_kind_present,
        "/replacesReason"
    );
    link_number(data, "/number", decision);
}

void correct_name(const Person& person, const Command& command, Decision& decision) {
    if (name_in(command.data()) == person.name) {
        return;
    }
    decision.emit(names::person::event::name_corrected, 1, command.data().raw());
}

void set_language_needs(const Person& person, const Command& command, Decision& decision) {
    decision.require(person.life != Life::dead, rejection::deceased);
    decision.emit(event_name::language_needs_set, 1, command.data().raw());
}

}  // namespace samvev::person
