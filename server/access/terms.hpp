#pragma once

#include "access/policy.hpp"
#include "access/situation.hpp"

namespace samvev::access {

// The terms of a permit: which fields stay out because somebody lives at a protected address, what
// is on record, who is told, and whether the login was strong enough for what is in it. A denial
// is given back as it is.
[[nodiscard]] Decision on_terms(const Situation& s, Decision decision);

}  // namespace samvev::access
