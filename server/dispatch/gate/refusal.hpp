#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/policy.hpp"
#include "access/request.hpp"
#include "base/result.hpp"
#include "store/ids.hpp"

namespace samvev::dispatch {

// What a caller is told of a denial: as much as the policy lets them know, and what to do next.

// Why the call itself is refused, whatever it is about; absent for what the policy says of a thing.
[[nodiscard]] std::optional<Error> refusal_of_call(
    const access::Decision& decision, const access::Request& request, const std::string& what
);

// Of that method on that stream: as above, denied (data.reason "break_glass" where an emergency
// would open it), or not_found.
[[nodiscard]] Error refusal(
    const access::Decision& decision, const access::Request& request, const std::string& method,
    const store::StreamId& stream
);

// "case/… does not exist or is not visible to you.": the same bytes for both.
[[nodiscard]] Error not_visible(std::string_view what);

}  // namespace samvev::dispatch
