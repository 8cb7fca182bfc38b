#include "wire/peer.hpp"

#include <algorithm>

#include "wire/call.hpp"

namespace samvev::wire {

void Peer::begin_call(Call& call) {
    calls_.push_back(&call);
    state_.metrics.calls_in_flight.fetch_add(1, std::memory_order_relaxed);
}

void Peer::end_call(Call& call) {
    const auto place = std::find(calls_.begin(), calls_.end(), &call);
    if (place == calls_.end()) {
        return;
    }
    *place = calls_.back();
    calls_.pop_back();
    state_.metrics.calls_in_flight.fetch_sub(1, std::memory_order_relaxed);
    if (calls_.empty()) {
        on_calls_done();
    }
}

void Peer::cancel_calls(std::string_view id) {
    for (Call* call : calls_) {
        if (call->id() == id) {
            call->cancel();
        }
    }
}

void Peer::cancel_all_calls() {
    for (Call* call : calls_) {
        call->cancel();
    }
}

}  // namespace samvev::wire
