#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace samvev::app {

// The name that was probably meant: the one at the smallest edit distance, if that is no more than
// a third of what was written (at least two letters may always differ) or one of the two begins
// with the other.
[[nodiscard]] std::optional<std::string_view> nearest_name(
    std::string_view written, const std::vector<std::string_view>& known
);

}  // namespace samvev::app
