#pragma once

#include "dispatch/gate/gate.hpp"
#include "subscriptions/permit.hpp"

namespace samvev::dispatch {

// What a subscriber is shown of an event, by the facts of the moment of sending. The gate outlives
// it.
[[nodiscard]] subscriptions::Permit event_permit(const Gate& gate);
// Whether somebody may subscribe, as Gate::admit. The gate outlives it.
[[nodiscard]] subscriptions::Admit event_admission(const Gate& gate);

}  // namespace samvev::dispatch
