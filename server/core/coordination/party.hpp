#pragma once

#include <samvev/plugin.hpp>

#include <string>
#include <vector>

namespace samvev::coordination {

enum class PartyKind { staff, person, unit };
NLOHMANN_JSON_SERIALIZE_ENUM(
    PartyKind,
    {{PartyKind::staff, "staff"}, {PartyKind::person, "person"}, {PartyKind::unit, "unit"}}
)

// Somebody who is invited, responsible, asked to read or waited for.
struct Party {
    PartyKind kind = PartyKind::staff;
    std::string id;
    std::string unit_id;  // the unit a staff member acts for; a unit's own id; empty for a person
    std::string role;     // of a person: "child", "guardian", "trusted-person"; empty when not told

    // "staff/<uuid>": what two mentions of the same party have in common.
    [[nodiscard]] std::string key() const;
    [[nodiscard]] bool is_child() const noexcept {
        return kind == PartyKind::person && role == "child";
    }
    friend bool operator==(const Party&, const Party&) = default;
};
void to_json(json& out, const Party& party);
void from_json(const json& in, Party& party);

// Rejects a staff party that does not say for which unit: a duty belongs to a service.
bool require_unit(const Party& party, const std::string& field, Decision& decision);

// Whether the caller is that party, or acts for that unit.
[[nodiscard]] bool is_caller(const Party& party, const Command& command);

// The caller as a party: staff with the unit acted for, or a person.
[[nodiscard]] Party caller(const Command& command);

// Members of a waiting-item/1 or deadline/1: who is null for a unit.
[[nodiscard]] json who_of(const Party& party);
[[nodiscard]] json unit_of(const Party& party);

}  // namespace samvev::coordination
