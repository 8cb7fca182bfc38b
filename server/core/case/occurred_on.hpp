#pragma once

#include <string>
#include <string_view>

namespace samvev::cases {

// The same moment, written so that text order is time order: an RFC 3339 time in UTC with
// microseconds, a bare date as it is (before every time of that day). What is neither comes back
// unchanged.
[[nodiscard]] std::string sortable_time(std::string_view occurred_on);

}  // namespace samvev::cases
