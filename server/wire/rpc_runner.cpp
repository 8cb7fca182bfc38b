#include "wire/rpc_runner.hpp"

#include <exception>
#include <utility>

#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "wire/call.hpp"
#include "wire/frame.hpp"
#include "wire/json_rpc.hpp"
#include "wire/json_slices.hpp"
#include "wire/own_methods.hpp"

namespace samvev::wire {
namespace {

using Kind = FrameEntry::Kind;

bool is_empty_array(const FrameEntry& entry) {
    simdjson::dom::array items;
    return entry.params_kind == FrameEntry::Params::array &&
           entry.params_element.get(items) == simdjson::SUCCESS && items.size() == 0;
}

// params.meta.traceparent, else the connection's.
TraceId trace_of(const Peer& peer, const FrameEntry& entry) {
    std::string_view parent;
    if (entry.params_kind == FrameEntry::Params::object &&
        entry.params_element["meta"]["traceparent"].get(parent) == simdjson::SUCCESS) {
        return read_traceparent(parent).value_or(peer.trace());
    }
    return peer.trace();
}

Error named_params_only() {
    return {
        ErrorCode::invalid_argument, "params are given by name: send an object instead of a list"
    };
}

Error not_authenticated() {
    return {
        ErrorCode::unauthenticated,
        "present a token: Authorization: Bearer, or session.authenticate on a WebSocket"
    };
}

Error token_has_ended() {
    return {
        ErrorCode::unauthenticated,
        "the token has expired: send session.authenticate with a new one, and the session goes on",
        R"({"reason":"expired"})"
    };
}

Error too_many_calls(std::chrono::milliseconds retry_after) {
    return {
        ErrorCode::overloaded, "too many calls of yours: wait as told, then go on more slowly",
        R"({"reason":"rate","retryAfterMs":)" + std::to_string(retry_after.count()) + "}"
    };
}

Error needs_websocket() {
    return {
        ErrorCode::unsupported, "this method works over a WebSocket only: connect to /ws/v1",
        R"({"reason":"requires_websocket"})"
    };
}

Error too_many_in_flight() {
    return {
        ErrorCode::overloaded, "64 calls of this connection are unanswered: wait for some of them",
        R"({"reason":"in_flight","retryAfterMs":)" + std::to_string(limits::retry_after.count()) +
            "}"
    };
}

Error leaving(const ServerState& state) {
    if (state.draining.load(std::memory_order_relaxed)) {
        return {
            ErrorCode::unavailable, "the server is shutting down: connect again in a moment",
            R"({"reason":"draining"})"
        };
    }
    return {
        ErrorCode::unavailable,
        "this connection ends, as session.close asked: open another for further calls",
        R"({"reason":"closing"})"
    };
}

std::string own_rejection_detail(std::string_view method) {
    return std::string(method) + " cannot be part of a batch: send it by itself";
}

// One entry on its way.
struct Visit {
    Peer& peer;
    const FrameEntry& entry;
    AnswerPlace place;

    // Empty for a notification.
    [[nodiscard]] std::string_view id() const {
        return entry.kind == Kind::notification ? std::string_view() : entry.id;
    }
    void answer_with(const Result<std::string>& outcome) const {
        answer(peer, place, id(), outcome, trace_of(peer, entry));
    }
    // Refused by this layer.
    void refuse(Error error) const {
        Metrics& metrics = peer.state().metrics;
        metrics.call_ended(
            metrics.find_method(entry.method), row_of(error).rpc_code, std::chrono::nanoseconds(0)
        );
        answer_with(Result<std::string>(tl::unexpected<Error>(std::move(error))));
    }
};

Result<std::string> call_common(Peer& peer, OwnMethod method) {
    ServerState& state = peer.state();
    if (method == OwnMethod::health) {
        return state.health_json();
    }
    if (method == OwnMethod::discover) {
        return state.open_rpc;
    }
    if (method == OwnMethod::list_methods) {
        return state.method_names;
    }
    return std::string(R"("pong")");
}

void run_own(const Visit& visit, const OwnMethodRow& row) {
    Peer& peer = visit.peer;
    const FrameEntry& entry = visit.entry;
    if (row.door == OwnMethodRow::Door::websocket && peer.door() != row.door) {
        return visit.refuse(needs_websocket());
    }
    if (row.caller == OwnMethodRow::Caller::authenticated) {
        if (!peer.actor()) {
            return visit.refuse(not_authenticated());
        }
        if (peer.is_resting()) {
            return visit.refuse(token_has_ended());
        }
    }
    if (row.batch == OwnMethodRow::Batch::refused && visit.place.batch) {
        return visit.refuse(invalid_request(own_rejection_detail(row.name)));
    }
    if (row.params == OwnMethodRow::Params::object &&
        entry.params_kind == FrameEntry::Params::array && !is_empty_array(entry)) {
        return visit.refuse(named_params_only());
    }
    const SteadyTime started = SteadyClock::now();
    const Metrics::MethodIndex method = peer.state().metrics.find_method(row.name);
    peer.note_method(method);
    const auto finish = [&](const Result<std::string>& outcome) {
        peer.state().metrics.call_ended(
            method, outcome ? 0 : row_of(outcome.error()).rpc_code, SteadyClock::now() - started
        );
        AnswerPlace place = visit.place;
        if (row.method == OwnMethod::discover) {
            place.bytes_max = limits::open_rpc_bytes_max;  // Nobody can ask for a smaller page.
        }
        answer(peer, place, visit.id(), outcome, trace_of(peer, entry));
    };
    if (row.method == OwnMethod::subscribe && entry.kind == Kind::notification) {
        return finish(std::string("null"));  // Nobody would learn the subscription's id.
    }
    finish(
        row.door == OwnMethodRow::Door::websocket ? peer.call_own(row.method, entry)
                                                  : call_common(peer, row.method)
    );
}

// $/cancelRequest and other notifications that either side may ignore (as in LSP).
void run_dollar(const Visit& visit) {
    const FrameEntry& entry = visit.entry;
    if (entry.kind == Kind::request) {
        return visit.refuse(Error{ErrorCode::unsupported, "there is no such method"});
    }
    if (entry.method == "$/cancelRequest" && entry.params_kind == FrameEntry::Params::object) {
        simdjson::dom::object params;
        JsonSlices slices(entry.params_text);
        if (entry.params_element.get(params) == simdjson::SUCCESS) {
            for (const auto member : params) {
                const std::string_view text = slices.next().value_or(std::string_view());
                if (member.key == "id") {
                    visit.peer.cancel_calls(text);
                }
            }
        }
    }
    visit.answer_with(std::string("null"));
}

void run_dispatched(const Visit& visit) {
    Peer& peer = visit.peer;
    const FrameEntry& entry = visit.entry;
    if (!peer.actor()) {
        return visit.refuse(not_authenticated());
    }
    if (peer.is_resting()) {
        return visit.refuse(token_has_ended());
    }
    if (peer.is_leaving()) {
        return visit.refuse(leaving(peer.state()));
    }
    if (entry.params_kind == FrameEntry::Params::array && !is_empty_array(entry)) {
        return visit.refuse(named_params_only());
    }
    if (peer.calls_in_flight() >= limits::in_flight_max) {
        return visit.refuse(too_many_in_flight());
    }
    const Metrics::MethodIndex method = peer.state().metrics.find_method(entry.method);
    peer.note_method(method);
    Call::Parts parts{
        .peer = peer.shared_from_this(),
        .place = visit.place,
        .id = std::string(visit.id()),
        .method = method,
        .trace = trace_of(peer, entry),
        .started = SteadyClock::now(),
    };
    const auto call = std::make_shared<Call>(std::move(parts));
    dispatch::Request request;
    request.method = entry.method;
    request.params = entry.params_kind == FrameEntry::Params::object ? entry.params_text
                                                                     : std::string_view("{}");
    request.actor = peer.actor();
    request.cancel = call;
    request.traceparent = peer.traceparent();
    try {
        peer.begin_call(*call);
        peer.state().parts.dispatcher.execute(
            std::move(request),
            [call](Result<std::string> outcome) { call->complete(std::move(outcome)); }
        );
    } catch (const std::exception& error) {
        // A promise broken below. The call must not stay open for ever.
        call->complete(fail(ErrorCode::internal, error.what()));
    }
}

// Whatever is asked counts, also what is refused for other reasons. True when it may go on.
bool is_within_quota(const Visit& visit) {
    Quota* const quota = visit.peer.quota();
    if (quota == nullptr) {
        return true;
    }
    const CallClass call = visit.peer.state().class_of(visit.entry.method);
    const Quota::Verdict verdict = quota->take(call, SteadyClock::now());
    if (verdict.answer == Quota::Verdict::Answer::granted) {
        return true;
    }
    if (verdict.answer == Quota::Verdict::Answer::abused) {
        visit.peer.on_abuse();
    }
    visit.refuse(too_many_calls(verdict.retry_after));
    return false;
}

void run_entry(const Visit& visit) {
    const FrameEntry& entry = visit.entry;
    if (!is_within_quota(visit)) {
        return;
    }
    if (entry.error) {
        return visit.refuse(*entry.error);
    }
    if (entry.method.substr(0, 2) == "$/") {
        return run_dollar(visit);
    }
    if (const OwnMethodRow* row = find_own_method(entry.method)) {
        return run_own(visit, *row);
    }
    run_dispatched(visit);
}

}  // namespace

void run_frame(Peer& peer, std::string_view text) {
    const Frame& frame = peer.loop().frames().read(text);
    if (frame.error) {
        answer(peer, {}, "null", tl::unexpected<Error>(*frame.error), peer.trace());
        return;
    }
    if (!frame.is_batch) {
        run_entry({.peer = peer, .entry = frame.entries.front(), .place = {}});
        return;
    }
    const auto batch = std::make_shared<Batch>(peer.shared_from_this(), frame.entries.size());
    for (std::size_t slot = 0; slot < frame.entries.size(); ++slot) {
        run_entry(
            {.peer = peer, .entry = frame.entries[slot], .place = {.batch = batch, .slot = slot}}
        );
    }
}

}  // namespace samvev::wire
