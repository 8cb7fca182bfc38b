#include "module.hpp"
#include "names.hpp"

namespace samvev::person {

namespace event_name = names::person::event;
namespace rejection = names::person::rejection;

namespace {

void require_still_valid(const Data& data, const Command& command, Decision& decision) {
    if (const auto until = data.find("validUntil")) {
        decision.require(
            parse_date(*until) >= command.today(), rejection::date_passed, "/validUntil"
        );
    }
}

void emit_level(const Person& person, json event, Decision& decision) {
    if (!is_hidden(event.at("level").get<Protection>())) {
        // A hidden person's search document is gone, name and all: this brings it back.
        event["searchable"] = name_members(person.name);
        if (!person.birth_date.empty()) {
            event["searchable"]["birthDate"] = person.birth_date;
        }
    }
    decision.emit(event_name::address_protection_set, 1, event);
}

}  // namespace

void set_address_protection(const Person& person, const Command& command, Decision& decision) {
    const Data& data = command.data();
    decision.require(
        data.get<Protection>("level") >= person.protection, rejection::four_eyes_required, "/level"
    );
    require_still_valid(data, command, decision);
    emit_level(person, data.raw(), decision);
}

void propose_lower_protection(const Person& person, const Command& command, Decision& decision) {
    const Data& data = command.data();
    decision.require(
        data.get<Protection>("level") < person.protection, rejection::not_lower, "/level"
    );
    require_still_valid(data, command, decision);
    decision.emit(event_name::protection_lowering_proposed, 1, data.raw());
}

void approve_lower_protection(const Person& person, const Command& command, Decision& decision) {
    if (!decision.require(
            person.lowering &&
                person.lowering->data["proposalId"] == command.data().get("proposalId"),
            rejection::proposal_unknown, "/proposalId"
        )) {
        return;
    }
    const Lowering& lowering = *person.lowering;
    decision.require(lowering.proposed_by != command.actor(), rejection::four_eyes_required);
    require_still_valid(Data("lowering", lowering.data), command, decision);
    json event = lowering.data;
    event["approvedById"] = command.actor_id();
    emit_level(person, event, decision);
}

}  // namespace samvev::person
