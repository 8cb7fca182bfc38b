#pragma once

#include <optional>
#include <string>
#include <vector>

#include "state.hpp"

namespace samvev::cases {

// What everybody in a team shares without consent: who takes part, when they meet, what is due.
inline constexpr const char* free_topic = "coordination";

// What one unit opens for another.
struct Share {
    std::optional<std::string> from_unit_id;  // nothing: whoever
    std::string to_unit_id;
    std::vector<std::string> topics;
};

// How far a share is covered by consents and statutory bases. What a consent excludes in words
// (`exclusions`) no machine can check: the overview shows it with the consent. Topics and units
// that it excludes by name are not part of it.
struct Coverage {
    std::vector<std::string> covered;  // in the order asked
    std::vector<std::string> uncovered;
    std::string until;  // last day on which all covered topics are; empty: no end
};
[[nodiscard]] Coverage coverage_of(const Case& state, const Share& share, const std::string& today);

}  // namespace samvev::cases
