#include "module.hpp"
#include "names.hpp"

namespace samvev::person {

namespace rejection = names::person::rejection;

void set_address_protection(const Person& person, const Command& command, Decision& decision) {
    const Data& data = command.data();
    const auto level = data.get<Protection>("level");
    if (level < person.protection) {
        const std::string approver = data.get_or<std::string>("approvedById", "");
        decision.require(
            !approver.empty() && approver != command.actor_id(), rejection::four_eyes_required,
            "/approvedById"
        );
    }
    if (const auto until = data.find("validUntil")) {
        decision.require(
            parse_date(*until) >= command.today(), rejection::date_passed, "/validUntil"
        );
    }
    json event = data.raw();
    if (!is_hidden(level)) {
        // A hidden person's search document is gone, name and all: this brings it back.
        event["searchable"] = name_members(person.name);
        if (!person.birth_date.empty()) {
            event["searchable"]["birthDate"] = person.birth_date;
        }
    }
    decision.emit(names::person::event::address_protection_set, 1, event);
}

}  // namespace samvev::person
