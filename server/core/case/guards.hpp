#pragma once

#include <samvev/plugin.hpp>
#include <string>
#include <string_view>

#include "facts.hpp"
#include "state.hpp"

// Conditions that several commands share. Each rejects with its own code at its own field and says
// whether it held; a command collects all of them before it returns.
namespace samvev::cases {

bool require_open(const Case& state, Decision& decision);
// Open, paused, or a concern.
bool require_alive(const Case& state, Decision& decision);
// Open or paused, at level 1 or above: there is a coordinator.
bool require_coordinated(const Case& state, Decision& decision);

// The id at `member` of the data has not been used in this case.
void require_new_id(
    const Case& state, const Command& command, const char* member, Decision& decision
);

// The staff member that `member` of the data names is known and active; `read`: name in `reads`.
// Holds when the data does not name one.
bool require_staff(
    const Command& command, const char* member, const char* read, Decision& decision
);
bool require_unit(const Command& command, const char* member, const char* read, Decision& decision);

// Both coordinatorId and coordinatorUnitId are there, known and active ("coordinator" and "unit" in
// `reads`).
void require_coordinator(const Command& command, Decision& decision);

// "from" is not after "until"; either may be empty.
void require_period(
    const std::string& from, const std::string& until, std::string_view field, Decision& decision
);

// Codes 2.1 (not given the chance) and "not applicable" need a reason.
void require_participation_reason(
    const Data& participation, std::string_view field, Decision& decision
);

// The coordinator of this case, or one who leads or oversees coordination.
[[nodiscard]] bool may_steer_coordination(const Case& state, const Command& command);

// Acts as a leader for that unit.
[[nodiscard]] bool leads(const Command& command, std::string_view unit_id);

// Both concernOwnerId and concernUnitId are there, known and active ("owner" and `unit_read` in
// `reads`): what the state says of them may be long past.
void require_concern_owner(const Command& command, const char* unit_read, Decision& decision);

// The person in the data is not another one than is known.
bool require_same_person(const Case& state, const Command& command, Decision& decision);

// Makes this the person's one open case, unless the command says why another one is needed.
void claim_person(const std::string& person_id, const Command& command, Decision& decision);

// Whether something can be shared on: a consent that stands, or a statutory basis; recorded before,
// or in the command itself as `consent` or `basis`.
void require_basis(
    const Case& state, const Command& command, std::string_view field, Decision& decision
);

// Records the `consent` and `basis` in the command, if any.
void emit_permissions(const Case& state, const Command& command, Decision& decision);

[[nodiscard]] std::string today_text(const Command& command);

// The data without `members`.
[[nodiscard]] json without(json data, std::initializer_list<const char*> members);

}  // namespace samvev::cases
