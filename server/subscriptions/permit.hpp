#pragma once

#include <functional>
#include <optional>

#include "access/actor.hpp"
#include "store/event.hpp"

namespace samvev::subscriptions {

// What an actor is shown of an event: nothing, all of it, or a copy without some fields.
struct Shown {
    Shown(bool is_visible) : visible(is_visible) {}  // NOLINT(google-explicit-constructor)
    explicit Shown(store::RecordedEvent without) : visible(true), redacted(std::move(without)) {}

    bool visible;
    std::optional<store::RecordedEvent> redacted;
};

// Decided at the moment of sending. [any thread]
using Permit = std::function<Shown(const access::Actor&, const store::EventView&)>;

}  // namespace samvev::subscriptions
