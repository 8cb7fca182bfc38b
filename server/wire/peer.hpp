#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/token_verifier.hpp"
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
    // What was to be answered cannot be: ends this peer's connection.
    virtual void give_up() noexcept = 0;
    // The last call in flight has been answered.
    virtual void on_calls_done() {}

    [[nodiscard]] ServerState& state() const noexcept { return state_; }
    [[nodiscard]] IoLoop& loop() noexcept { return loop_; }
    [[nodiscard]] Mailbox& mailbox() noexcept { return *mailbox_; }
    [[nodiscard]] const std::shared_ptr<const access::VerifiedActor>& actor() const noexcept {
        return actor_;
    }
    void set_actor(std::shared_ptr<const access::VerifiedActor> actor);
    // The actor's token ended a while ago: nothing is done until there is a new one.
    [[nodiscard]] virtual bool is_resting() const { return false; }
    // Null without an actor.
    [[nodiscard]] Quota* quota() const noexcept { return quota_.get(); }
    // Calls go on being refused and sent: ends the connection once they are answered.
    virtual void on_abuse() = 0;
    // Of the HTTP request's traceparent, or unset.
    [[nodiscard]] const TraceId& trace() const noexcept { return trace_; }
    // The whole header; one that is malformed is as none.
    [[nodiscard]] const std::string& traceparent() const noexcept { return traceparent_; }
    void set_traceparent(std::string_view text);
    // "192.0.2.1:50000", for the log.
    [[nodiscard]] const std::string& remote() const noexcept { return remote_; }
    void set_remote(std::string remote) { remote_ = std::move(remote); }
    // The method asked for last, for the log: the one to look at when a client is cut.
    [[nodiscard]] std::string_view last_method() const {
        return last_method_ ? state_.metrics.name_of(*last_method_) : std::string_view("none");
    }
    void note_method(Metrics::MethodIndex method) noexcept { last_method_ = method; }

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
    std::shared_ptr<const access::VerifiedActor> actor_;
    std::shared_ptr<Quota> quota_;
    TraceId trace_;
    std::string traceparent_;
    std::string remote_;
    std::optional<Metrics::MethodIndex> last_method_;
    // At most in_flight_max; each keeps this peer alive, not the reverse. Weak, so that a call
    // whose completion was lost is not touched.
    std::vector<std::weak_ptr<Call>> calls_;
};

}  // namespace samvev::wire
