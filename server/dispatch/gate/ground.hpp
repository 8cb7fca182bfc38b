#pragma once

#include "access/policy.hpp"
#include "access/reading.hpp"
#include "store/ids.hpp"

namespace samvev::dispatch {

// Events of this topic are about an emergency itself; their entity is the grant.
inline constexpr std::string_view emergency_topic = "emergency";

// Which case, person, unit or staff member a stream is; none of them for a module's own kinds.
void point_at(
    access::Resource& resource, const store::StreamId& stream, const access::Facts& facts
);

// The decision's reason, and whom the resource is about as far as the facts know.
[[nodiscard]] access::Ground ground_of(
    const access::Decision& decision, const access::Resource& resource, const access::Facts& facts
);

}  // namespace samvev::dispatch
