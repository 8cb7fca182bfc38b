#pragma once

#include <samvev/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace samvev::modules {

// What valijson says of one value: where, in its own words.
struct RawViolation {
    std::vector<std::string> context;  // "<root>", "[member]", "[0]"
    std::string description;
};

// {"violations":[{"field":"/dueOn","problem":"is required"}, …]}: every violation once, each at the
// field it is about, in words that name what was demanded.
[[nodiscard]] std::string violations_json(
    const std::vector<RawViolation>& raw, const nlohmann::ordered_json& schema
);
// For text that is no JSON document at all.
[[nodiscard]] std::string violations_json(std::string_view problem);

}  // namespace samvev::modules
