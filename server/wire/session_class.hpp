#pragma once

#include <cstdint>
#include <exception>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "wire/credentials.hpp"
#include "wire/event_feed.hpp"
#include "wire/outbox.hpp"
#include "wire/peer.hpp"
#include "wire/session.hpp"
#include "wire/websocket_layer.hpp"

// The class behind session.hpp; included by session*.cpp only.
namespace samvev::wire {

// On the wire: never renumber. Only codes that every tested client accepts (no 1012, no 1013).
enum class CloseCode : std::uint16_t {
    normal = 1000,
    going_away = 1001,
    not_text = 1003,
    abnormal = 1006,  // never sent: one side vanished
    failed = 1011,
    token_ended = 4401,
    principal_changed = 4403,
    authenticate_late = 4408,
    rate_abuse = 4429,
    slow_reader = 4430,  // counted only: such a socket takes no frame
    idle = 4431,
};

struct Goodbye {
    CloseCode code;
    std::string_view reason;
};

// One coroutine reads; everything else happens in turns of the loop: answers and pages are put into
// the outbox and leave together when the turn ends or before the next read. Deadlines are looked at
// by tick(). The session is over when the coroutine has ended and no wait for writability is open;
// then the socket goes, on the loop. Calls in flight may keep the rest of it a little longer.
class Session final : public Peer,
                      public Connection,
                      public Settler,
                      public FrameOutput,
                      public FeedOutput {
public:
    Session(ServerState& state, IoLoop& loop, SessionStart start);

    static Task<> run(std::shared_ptr<Session> self, UpgradeRequest request);
    void on_run_end(const std::exception_ptr& failure);

    void send(std::initializer_list<std::string_view> pieces) override { write(pieces); }
    void send_nothing() override {}
    OwnMethodRow::Door door() const noexcept override { return OwnMethodRow::Door::websocket; }
    Result<std::string> call_own(OwnMethod method, const FrameEntry& entry) override;
    bool is_leaving() const noexcept override { return parting_ || is_closing(); }
    bool is_resting() const override;
    void on_abuse() override;
    void on_calls_done() override { part_when_idle(); }
    void give_up() noexcept override;

    void tick(SteadyTime now) override;
    void drain() override;
    void abort() override;
    void end_login(const access::EndedLogin& ended) override;

    void settle() override;
    void write_foreign(std::string_view bytes) override { stream_->outbox.foreign(bytes); }
    void before_read() override;
    bool can_take_page() const override;
    bool may_send_page() const override { return !is_resting(); }
    void send_page(std::string_view params) override;

private:
    // What goes with the socket.
    struct Stream {
        Stream(ByteStream bytes, Seat taken, FrameOutput& output)
            : seat(std::move(taken)),
              websocket(WebSocketLayer(std::move(bytes), output)),
              room(websocket.get_executor()) {}
        const Seat seat;
        WebSocketStream websocket;
        Outbox outbox;
        Timer room;  // Cancelled whenever the socket has taken something; never expires by itself.
    };

    static Task<> read_messages(std::shared_ptr<Session> self);
    static Task<> wait_for_room(std::shared_ptr<Session> self);
    static Task<> hang_up(std::shared_ptr<Session> self);

    [[nodiscard]] ByteStream& bytes() { return stream_->websocket.next_layer().bytes(); }
    [[nodiscard]] Socket& socket() { return bytes().socket(); }
    [[nodiscard]] std::shared_ptr<Session> self() {
        return std::static_pointer_cast<Session>(shared_from_this());
    }
    [[nodiscard]] bool is_closing() const noexcept { return close_deadline_.has_value(); }
    // Whether another request may be read.
    [[nodiscard]] bool has_room() const;
    void configure();
    void on_open();
    void on_message(std::string_view text);
    void release();

    void write(std::initializer_list<std::string_view> pieces);
    void settle_soon();
    void flush();
    void wait_until_writable();

    void close(Goodbye goodbye);
    void cut(CloseCode code);
    void part_when_idle();
    void tick_token(SteadyTime now);
    void tick_browser(SteadyTime now);
    void look_at_browser(SteadyTime now);
    void on_control_frame();
    void tick_liveness(SteadyTime now);
    void cut_slow_reader();

    Result<std::string> authenticate(const Result<Credentials>& credentials);
    Result<std::string> subscribe(const FrameEntry& entry);
    Result<std::string> unsubscribe(const FrameEntry& entry);

    const std::uint64_t id_;
    const bool offers_subprotocol_;
    const SteadyTime started_ = SteadyClock::now();
    std::unique_ptr<Stream> stream_;  // null when over
    std::shared_ptr<EventFeed> feed_;

    bool is_running_ = true;  // the coroutine
    bool is_open_ = false;    // after the handshake
    bool is_waiting_writable_ = false;
    bool is_waiting_for_room_ = false;  // and so not reading
    bool in_read_turn_ = false;         // before_read() will come and flush
    bool will_settle_ = false;
    bool has_told_expiring_ = false;
    bool has_told_age_ = false;
    std::optional<SessionPlace> place_;  // with an actor
    TokenBucket control_frames_;         // pings and pongs
    std::string browser_;                // the cookie that the actor came by, or empty
    SteadyTime browser_used_{};
    SteadyTime browser_seen_{};
    int failed_attempts_ = 0;
    SteadyTime last_received_ = started_;
    SteadyTime last_ping_ = started_;
    std::optional<Goodbye> goodbye_;  // to be said when the frame has been handled
    std::optional<Goodbye> parting_;  // to be said at part_at_ when no call is in flight
    SteadyTime part_at_{};
    std::optional<SteadyTime> close_deadline_;  // set when the closing handshake has begun
    std::optional<CloseCode> cut_;              // the socket was closed without a handshake, by us
    Initiator closed_by_ = Initiator::client;
};

}  // namespace samvev::wire
