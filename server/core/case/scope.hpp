#pragma once

#include <string>
#include <vector>

#include "state.hpp"

namespace samvev::cases {

// What everybody in a team shares without consent: who takes part, when they meet, what is due.
inline constexpr const char* free_topic = "coordination";

// How far a unit's share in some topics is covered by consents and statutory bases.
struct Coverage {
    std::vector<std::string> covered;  // in the order asked
    std::vector<std::string> uncovered;
    std::string until;  // last day on which all covered topics are; empty: no end
};
[[nodiscard]] Coverage coverage_of(
    const Case& state, const std::string& unit_id, const std::vector<std::string>& topics,
    const std::string& today
);

}  // namespace samvev::cases
