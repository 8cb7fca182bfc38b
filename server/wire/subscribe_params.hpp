#pragma once

#include <string>

#include "base/result.hpp"
#include "subscriptions/hub.hpp"
#include "wire/frame.hpp"

namespace samvev::wire {

// {"filter"?:{"cases"?:[uuid…],"streams"?:["kind/uuid"…],"types"?:[…]},"from":…,"include"?:"events",
// "meta"?:{…}}. Fails with invalid_argument; unknown members are refused, since a filter that is
// not understood would deliver too much.
[[nodiscard]] Result<subscriptions::SubscribeRequest> read_subscribe_params(const FrameEntry& entry
);

// {"subscription":"s_1"} or ["s_1"], which is how @polkadot/rpc-provider sends it.
[[nodiscard]] Result<std::string> read_unsubscribe_params(const FrameEntry& entry);

}  // namespace samvev::wire
