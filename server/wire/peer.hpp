#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/actor.hpp"
#include "base/result.hpp"
#include "wire/frame.hpp"
#include "wire/io_loop.hpp"
#include "wire/own_methods.hpp"
#include "wire/server_state.hpp"
#include "wire/trace.hpp"

namespace samvev::wire {

class Call;

// The one who asks through a door: a WebSocket session or one POST. All calls [loop].
class Peer : public std::enable_shared_from_this<Peer> {
public:
    Peer(ServerState& state, IoLoop& loop) : state_(state), loop_(loop), mailbox_(loop.mailbox()) {}
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    virtual ~Peer() = default;

    // One complete JSON text: the answer to a frame. The pieces are its parts in order.
    virtual void send(std::initializer_list<std::string_view> pieces) = 0;
    // A frame of notifications only has been handled.
    virtual void send_nothing() = 0;
    [[nodiscard]] virtual OwnMethodRow::Door door() const noexcept = 0;
    // Methods that need a session; asked only when door() is websocket.
    [[nodiscard]] virtual Result<std::string> call_own(
        OwnMethod method, const FrameEntry& entry
    ) = 0;
    // No new calls: the server is going.
    [[nodiscard]] virtual bool is_leaving() const noexcept = 0;
    // The last call in flight has been answered.
    virtual void on_calls_done() {}

    [[nodiscard]] ServerState& state() const noexcept { return state_; }
    [[nodiscard]] IoLoop& loop() noexcept { return loop_; }
    [[nodiscard]] Mailbox& mailbox() noexcept { return *mailbox_; }
    [[nodiscard]] const std::shared_ptr<const access::Actor>& actor() const noexcept {
        return actor_;
    }
    void set_actor(std::shared_ptr<const access::Actor> actor) { actor_ = std::move(actor); }
    // Of the HTTP request's traceparent, or unset.
    [[nodiscard]] const TraceId& trace() const noexcept { return trace_; }
    void set_trace(TraceId trace) { trace_ = trace; }

    [[nodiscard]] std::size_t calls_in_flight() const noexcept { return calls_.size(); }
    void begin_call(Call& call);
    void end_call(Call& call);
    // Withdraws the calls whose id has this JSON text.
    void cancel_calls(std::string_view id);
    void cancel_all_calls();

private:
    ServerState& state_;
    IoLoop& loop_;
    std::shared_ptr<Mailbox> mailbox_;  // outlives the loop
    std::shared_ptr<const access::Actor> actor_;
    TraceId trace_;
    std::vector<Call*>
        calls_;  // At most in_flight_max; each keeps this peer alive, not the reverse.
};

}  // namespace samvev::wire
