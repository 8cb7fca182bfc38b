#pragma once

#include <samvev/json.hpp>

#include "dispatch/access_log/record.hpp"

// What is told of a record. On the wire: members never change their meaning.
namespace samvev::dispatch {

// To whom it is about: who, when, for whom, why. {"at", "actor", "kind", "role"?, "unit"?,
// "onBehalfOf"?, "method"?, "purpose"?, "bases"?}; an erased record has an envelope only.
[[nodiscard]] json row_for_person(const AccessEntry& entry);
// The same with {"stream", "persons", "topics", "rules", "redacted", "view"?, "key"?,
// "revisions"?}.
[[nodiscard]] json row_for_overseer(const AccessEntry& entry);

}  // namespace samvev::dispatch
