#include "wire/call.hpp"

#include <spdlog/spdlog.h>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "wire/fence.hpp"
#include "wire/json_rpc.hpp"

namespace samvev::wire {
namespace {

const Error& too_large() {
    static const Error error{
        ErrorCode::too_large, "the answer is larger than 512 KiB: ask for a smaller page",
        R"({"maximumBytes":)" + std::to_string(limits::response_bytes_max) + "}"
    };
    return error;
}

TraceId trace_or_new(const TraceId& trace) {
    return trace.is_set() ? trace : make_trace_id();
}

// A failure of ours is logged here, once, under the id that the caller is told.
void log_failure(const Error& error, const TraceId& trace) {
    if (error.code == ErrorCode::internal || error.code == ErrorCode::corrupt) {
        base::logger("wire").error(
            "event=call_failed code={} trace={} reason=\"{}\"", base::to_text(error.code),
            trace.text(), error.message
        );
    }
}

std::string failure_response(std::string_view id, const Error& error, const TraceId& known_trace) {
    const TraceId trace = trace_or_new(known_trace);
    log_failure(error, trace);
    return error_response(id, error, trace);
}

}  // namespace

Batch::Batch(std::shared_ptr<Peer> peer, std::size_t entries)
    : peer_(std::move(peer)), slots_(entries), open_(entries) {}

void Batch::put(std::size_t slot, std::string_view id, std::string response) {
    const std::size_t size = response.empty() ? 0 : response.size() + 1;  // and a comma
    if (bytes_ + size > limits::response_bytes_max) {
        response = error_response(id, too_large(), make_trace_id());
    } else {
        bytes_ += size;
    }
    slots_[slot] = std::move(response);
    if (--open_ == 0) {
        finish();
    }
}

void Batch::finish() {
    std::string out = "[";
    for (const std::string& response : slots_) {
        if (response.empty()) {
            continue;
        }
        if (out.size() > 1) {
            out.push_back(',');
        }
        out.append(response);
    }
    out.push_back(']');
    if (out.size() == 2) {
        peer_->send_nothing();
    } else {
        peer_->send({out});
    }
}

void Call::complete(Result<std::string> outcome) {
    if (is_complete_.exchange(true, std::memory_order_acq_rel)) {
        return;
    }
    outcome_.emplace(std::move(outcome));
    Mailbox& mailbox = parts_.peer->mailbox();
    if (mailbox.is_here()) {
        // What fails here is this connection's, not the dispatcher's, which is still running.
        fenced("answer", [this] { arrive(); }, [this] { give_up(); });
    } else {
        mailbox.deliver(shared_from_this());
    }
}

void Call::arrive() {
    const std::shared_ptr<Call> self = shared_from_this();  // The peer may hold the last other one.
    Peer& peer = *parts_.peer;
    const int rpc_code = *outcome_ ? 0 : row_of(outcome_->error()).rpc_code;
    peer.state().metrics.call_ended(parts_.method, rpc_code, SteadyClock::now() - parts_.started);
    answer(peer, parts_.place, parts_.id, *outcome_, parts_.trace);
    peer.end_call(*this);
}

void Call::give_up() noexcept {
    const std::shared_ptr<Call> self = shared_from_this();
    parts_.peer->give_up();
    parts_.peer->end_call(*this);
}

void answer(
    Peer& peer, const AnswerPlace& place, std::string_view id, const Result<std::string>& outcome,
    const TraceId& trace
) {
    const bool fits = outcome && outcome->size() <= place.bytes_max;
    if (id.empty()) {
        if (!outcome) {
            log_failure(outcome.error(), trace_or_new(trace));
        }
        if (place.batch) {
            place.batch->put(place.slot, id, {});
        } else {
            peer.send_nothing();
        }
        return;
    }
    if (fits && !place.batch) {
        peer.send({response_prefix, id, result_member, *outcome, "}"});  // The hot path: no copy.
        return;
    }
    std::string response =
        fits ? result_response(id, *outcome)
             : failure_response(id, outcome ? too_large() : outcome.error(), trace);
    if (place.batch) {
        place.batch->put(place.slot, id, std::move(response));
    } else {
        peer.send({response});
    }
}

}  // namespace samvev::wire
