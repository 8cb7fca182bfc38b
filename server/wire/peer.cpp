#include "wire/peer.hpp"

#include <algorithm>

#include "wire/call.hpp"

namespace samvev::wire {

void Peer::set_traceparent(std::string_view text) {
    if (const auto trace = read_traceparent(text)) {
        trace_ = *trace;
        traceparent_ = text;
    }
}

void Peer::set_actor(std::shared_ptr<const access::VerifiedActor> actor) {
    actor_ = std::move(actor);
    quota_ = actor_ ? state_.quotas.of(*actor_) : nullptr;
}

void Peer::begin_call(Call& call) {
    calls_.push_back(call.weak_from_this());
    state_.metrics.calls_in_flight.fetch_add(1, std::memory_order_relaxed);
}

void Peer::end_call(Call& call) {
    const auto place = std::find_if(calls_.begin(), calls_.end(), [&call](const auto& each) {
        return each.lock().get() == &call;
    });
    if (place == calls_.end()) {
        return;
    }
    std::swap(*place, calls_.back());
    calls_.pop_back();
    state_.metrics.calls_in_flight.fetch_sub(1, std::memory_order_relaxed);
    if (calls_.empty()) {
        on_calls_done();
    }
}

void Peer::cancel_calls(std::string_view id) {
    for (const auto& each : calls_) {
        if (const auto call = each.lock(); call && call->id() == id) {
            call->cancel();
        }
    }
}

void Peer::cancel_all_calls() {
    for (const auto& each : calls_) {
        if (const auto call = each.lock()) {
            call->cancel();
        }
    }
}

}  // namespace samvev::wire
