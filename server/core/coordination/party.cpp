#include "party.hpp"

#include "names.hpp"

namespace samvev::coordination {

namespace {

std::string_view folder_of(PartyKind kind) {
    switch (kind) {
        case PartyKind::staff:
            return "staff/";
        case PartyKind::person:
            return "person/";
        case PartyKind::unit:
            return "unit/";
    }
    throw Fault("a party of no kind");
}

}  // namespace

std::string Party::key() const {
    return std::string(folder_of(kind)) + id;
}

void to_json(json& out, const Party& party) {
    out = json{{"kind", party.kind}, {"id", party.id}};
    if (!party.unit_id.empty()) {
        out["unitId"] = party.unit_id;
    }
    if (!party.role.empty()) {
        out["role"] = party.role;
    }
}

void from_json(const json& in, Party& party) {
    in.at("kind").get_to(party.kind);
    in.at("id").get_to(party.id);
    party.unit_id = in.value("unitId", "");
    party.role = in.value("role", "");
    if (party.kind == PartyKind::unit) {
        party.unit_id = party.id;
    }
}

bool require_unit(const Party& party, const std::string& field, Decision& decision) {
    return decision.require(
        party.kind != PartyKind::staff || !party.unit_id.empty(),
        names::coordination::rejection::unit_missing, field + "/unitId"
    );
}

bool is_caller(const Party& party, const Command& command) {
    if (party.kind == PartyKind::unit) {
        return !party.id.empty() && command.unit() == party.id;
    }
    return command.actor() == party.key();
}

Party caller(const Command& command) {
    Party party;
    party.kind = command.actor().starts_with("person/") ? PartyKind::person : PartyKind::staff;
    party.id = command.actor_id();
    if (party.kind == PartyKind::staff) {
        party.unit_id = command.unit();
    } else {
        for (const char* role : {"child", "guardian", "trusted-person"}) {
            if (command.has_role(role)) {
                party.role = role;
                break;
            }
        }
    }
    return party;
}

json who_of(const Party& party) {
    return party.kind == PartyKind::unit ? json() : json(party.id);
}

json unit_of(const Party& party) {
    return party.unit_id.empty() ? json() : json(party.unit_id);
}

}  // namespace samvev::coordination
