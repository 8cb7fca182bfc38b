#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace samvev::fuzz {

// The input that belongs to `number`: one of `seeds` with a few changes. Equal arguments give equal
// inputs, so that a number repeats a finding.
[[nodiscard]] std::string mutated(const std::vector<std::string>& seeds, std::uint64_t number);

}  // namespace samvev::fuzz
