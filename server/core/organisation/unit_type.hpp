#pragma once

#include <string_view>

namespace samvev::organisation {

// How high a kind of unit stands in the organisation: the municipality 0, a division
// (kommunalområde) 1, a department (virksomhet) 2, a service 3. A parent has a lower number than
// its child, so the tree has no loops.
[[nodiscard]] int rank_of(std::string_view unit_type) noexcept;

// Whether units of that kind belong to somebody else than the municipality unless it is said.
[[nodiscard]] bool is_external_type(std::string_view unit_type) noexcept;

}  // namespace samvev::organisation
