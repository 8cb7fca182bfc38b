#pragma once

#include <functional>
#include <optional>
#include <variant>

#include "access/actor.hpp"
#include "access/reading.hpp"
#include "base/result.hpp"
#include "store/event.hpp"

namespace samvev::subscriptions {

// What an actor is shown of an event: nothing, all of it, or a copy without some fields; and why.
struct Shown {
    Shown(bool is_visible) : visible(is_visible) {}  // NOLINT(google-explicit-constructor)
    explicit Shown(store::RecordedEvent without) : visible(true), redacted(std::move(without)) {}

    bool visible;
    std::optional<store::RecordedEvent> redacted;
    access::Ground ground{};
};

// Decided at the moment of sending. [any thread]
using Permit = std::function<Shown(const access::Actor&, const store::EventView&)>;

// Whether the actor may subscribe at all, whatever it is to; else with what a query of theirs
// fails. [any thread]
using Admit = std::function<Result<void>(const access::Actor&)>;

// Makes durable what is about to be sent, then calls `recorded`, once, on any thread; when that
// says error, nothing is sent. [any thread]
using Record = std::function<
    void(access::Reading, std::function<void(const Result<std::monostate>&)> recorded)>;

}  // namespace samvev::subscriptions
