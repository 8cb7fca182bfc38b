#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "dispatch/request.hpp"
#include "wire/mailbox.hpp"
#include "wire/metrics.hpp"
#include "wire/peer.hpp"
#include "wire/trace.hpp"

namespace samvev::wire {

// The answers to one batch, sent together in the order of its entries when the last is there.
// [loop]
class Batch {
public:
    Batch(std::shared_ptr<Peer> peer, std::size_t entries);
    // The answer of an entry; empty `response` for a notification. Once per entry. What would take
    // all answers together over response_bytes_max is replaced by too_large here and now, so that a
    // batch never holds more.
    void put(std::size_t slot, std::string_view id, std::string response);

private:
    void finish();

    std::shared_ptr<Peer> peer_;
    std::vector<std::string> slots_;
    std::size_t open_;
    std::size_t bytes_ = 2;  // "[]"
};

// Where one entry's answer goes: into its batch, or straight to the peer.
struct AnswerPlace {
    std::shared_ptr<Batch> batch;  // null: the frame is this one request
    std::size_t slot = 0;
    std::size_t bytes_max = limits::response_bytes_max;
};

// One call to the dispatcher, from execute() to its answer. The dispatcher holds it as the token to
// look at (cancelled?) and in the completion.
class Call final : public dispatch::CancelToken,
                   public Arrival,
                   public std::enable_shared_from_this<Call> {
public:
    struct Parts {
        std::shared_ptr<Peer> peer;
        AnswerPlace place;
        std::string id;  // the JSON text; empty for a notification
        Metrics::MethodIndex method;
        TraceId trace;
        SteadyTime started;
    };
    explicit Call(Parts parts) : parts_(std::move(parts)) {}

    [[nodiscard]] std::string_view id() const noexcept { return parts_.id; }
    // Takes the outcome to the peer's loop. The first counts: the fence around execute() may come
    // second. [any thread]
    void complete(Result<std::string> outcome);
    void arrive() override;
    void give_up() noexcept override;

private:
    Parts parts_;
    std::atomic<bool> is_complete_{false};
    std::optional<Result<std::string>> outcome_;
};

// Answers an entry at once. `id` empty: a notification, nothing is sent. [loop]
void answer(
    Peer& peer, const AnswerPlace& place, std::string_view id, const Result<std::string>& outcome,
    const TraceId& trace
);

}  // namespace samvev::wire
