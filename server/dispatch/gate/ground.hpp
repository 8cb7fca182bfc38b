#pragma once

#include <string_view>

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

// For streams that say that a case or a person is to be forgotten (it is the entity of what happens
// in them) or kept (it has the stream's id): which one. Nothing for other streams.
void point_at_erasure(
    access::Resource& resource, const store::StreamId& stream, std::string_view entity,
    const access::Facts& facts
);

// The decision's reason, and whom the resource is about as far as the facts know.
[[nodiscard]] access::Ground ground_of(
    const access::Decision& decision, const access::Resource& resource, const access::Facts& facts
);

}  // namespace samvev::dispatch
