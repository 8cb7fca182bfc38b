#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
    // The answer of an entry; empty `response` for a notification. Once per entry.
    void put(std::size_t slot, std::string_view id, std::string response);

private:
    struct Slot {
        std::string id;
        std::string response;
    };
    void finish();

    std::shared_ptr<Peer> peer_;
    std::vector<Slot> slots_;
    std::size_t open_;
};

// Where one entry's answer goes: into its batch, or straight to the peer.
struct AnswerPlace {
    std::shared_ptr<Batch> batch;  // null: the frame is this one request
    std::size_t slot = 0;
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
    // Takes the outcome to the peer's loop. Once. [any thread]
    void complete(Result<std::string> outcome);
    void arrive() override;

private:
    Parts parts_;
    std::optional<Result<std::string>> outcome_;
};

// Answers an entry at once. `id` empty: a notification, nothing is sent. [loop]
void answer(
    Peer& peer, const AnswerPlace& place, std::string_view id, const Result<std::string>& outcome,
    const TraceId& trace
);

}  // namespace samvev::wire
