#include "wire/session.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "wire/rpc_runner.hpp"
#include "wire/session_class.hpp"
#include "wire/session_notices.hpp"
#include "wire/upgrade.hpp"

namespace samvev::wire {
namespace {

namespace websocket = boost::beast::websocket;

// Who has not shown a token has little to say.
constexpr std::size_t anonymous_message_bytes_max = 16 * 1024;
// What an idle session keeps of its read buffer.
constexpr std::size_t kept_read_bytes_max = 4 * 1024;

}  // namespace

Session::Session(ServerState& state, IoLoop& loop, SessionStart start)
    : Peer(state, loop),
      id_(state.next_connection.fetch_add(1, std::memory_order_relaxed)),
      offers_subprotocol_(start.offers_subprotocol),
      stream_(std::make_unique<Stream>(std::move(start.bytes), std::move(start.seat), *this)),
      feed_(std::make_shared<EventFeed>(
          state.parts.hub, subscriptions::ConnectionId(id_), loop.mailbox(), *this
      )),
      control_frames_(
          {.per_second = static_cast<double>(limits::pings_per_second),
           .at_once = static_cast<double>(limits::pings_at_once)},
          started_
      ) {
    set_remote(std::move(start.remote));
    set_actor(std::move(start.actor));
    place_ = std::move(start.place);
    browser_ = std::move(start.browser);
}

// --- life ---------------------------------------------------------------------------------------

Task<> Session::run(std::shared_ptr<Session> self, UpgradeRequest request) {
    self->configure();
    auto [error] = co_await self->stream_->websocket.async_accept(request, as_result);
    if (error) {
        co_return;
    }
    request = UpgradeRequest();  // It holds a token, and memory.
    self->on_open();
    co_await read_messages(self);
    co_await hang_up(self);
}

Task<> Session::read_messages(std::shared_ptr<Session> self) {
    boost::beast::flat_buffer buffer;
    while (true) {
        if (!self->has_room()) {
            co_await wait_for_room(self);
        }
        auto [error, size] = co_await self->stream_->websocket.async_read(buffer, as_result);
        if (error) {
            co_return;
        }
        buffer.prepare(simdjson::SIMDJSON_PADDING);  // The parser reads past the end of the text.
        self->on_message({static_cast<const char*>(buffer.data().data()), size});
        buffer.clear();
        if (buffer.capacity() > kept_read_bytes_max) {
            buffer = boost::beast::flat_buffer();
        }
    }
}

// While too much waits to be sent nothing is read, so that TCP slows the client down.
Task<> Session::wait_for_room(std::shared_ptr<Session> self) {
    self->before_read();
    while (!self->has_room() && !self->is_closing() && self->socket().is_open()) {
        self->is_waiting_for_room_ = true;
        self->stream_->room.expires_at(SteadyTime::max());
        co_await self->stream_->room.async_wait(as_result);
        self->is_waiting_for_room_ = false;
    }
}

// Sends what is left, then waits for the peer to hang up: closing a socket with unread bytes would
// reset it, and the peer might never see the close frame. tick() ends this at close_deadline_.
Task<> Session::hang_up(std::shared_ptr<Session> self) {
    if (!self->is_closing()) {
        self->close_deadline_ = SteadyClock::now() + self->state().settings.patience.close;
    }
    self->flush();
    while (self->socket().is_open() && !self->stream_->outbox.is_empty()) {
        self->stream_->room.expires_at(SteadyTime::max());
        co_await self->stream_->room.async_wait(as_result);
    }
    self->bytes().end_sending();
    std::array<char, 512> rest{};
    while (self->socket().is_open()) {
        const auto space = asio::buffer(rest);
        auto [error, size] = co_await self->socket().async_read_some(space, as_result);
        if (error) {
            break;
        }
    }
}

// Who has not shown a token gets one answer at a time: rpc.discover alone is some hundred KiB.
bool Session::has_room() const {
    return actor() ? !stream_->outbox.is_over_budget() : stream_->outbox.is_empty();
}

void Session::on_run_end(const std::exception_ptr& failure) {
    if (failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            base::logger("wire").error(
                "event=session_failed connection=cx_{} reason=\"{}\"", id_, error.what()
            );
        }
    }
    feed_->close();
    cancel_all_calls();
    place_.reset();
    Metrics& metrics = state().metrics;
    if (is_open_) {
        const auto unsaid = static_cast<std::uint16_t>(cut_.value_or(CloseCode::abnormal));
        const std::uint16_t code = cut_ ? unsaid : stream_->outbox.close_code().value_or(unsaid);
        metrics.socket_closed(code, closed_by_);
        base::logger("wire").debug(
            "event=session_closed connection=cx_{} actor={} remote={} code={} by={} last_method={}",
            id_, actor() ? actor()->text() : "none", remote(), code,
            closed_by_ == Initiator::server ? "server" : "client", last_method()
        );
        metrics.sockets_open.fetch_sub(1, std::memory_order_relaxed);
        if (actor()) {
            metrics.sockets_authenticated.fetch_sub(1, std::memory_order_relaxed);
        }
    }
    is_running_ = false;
    error_code ignored;
    socket().close(ignored);
    release();
}

void Session::release() {
    if (!is_running_ && !is_waiting_writable_ && stream_) {
        stream_.reset();
        loop().remove(*this);
    }
}

void Session::configure() {
    error_code ignored;
    socket().non_blocking(true, ignored);
    WebSocketStream& stream = stream_->websocket;
    // Beast's own timers are off: tick() has them all, and theirs see received bytes only.
    websocket::stream_base::timeout none{};
    none.handshake_timeout = websocket::stream_base::none();
    none.idle_timeout = websocket::stream_base::none();
    none.keep_alive_pings = false;
    stream.set_option(none);
    stream.set_option(websocket::stream_base::decorator(
        [offers = offers_subprotocol_](websocket::response_type& response) {
            response.set(boost::beast::http::field::server, "samvev");
            if (offers) {
                response.set(boost::beast::http::field::sec_websocket_protocol, subprotocol_v1);
            }
        }
    ));
    stream.read_message_max(actor() ? limits::message_bytes_max : anonymous_message_bytes_max);
    stream.control_callback([this](websocket::frame_type, boost::beast::string_view) {
        on_control_frame();
    });
}

// Beast answers each ping; how many there may be it leaves to us.
void Session::on_control_frame() {
    last_received_ = SteadyClock::now();
    if (!control_frames_.take(last_received_)) {
        close({CloseCode::rate_abuse, "too many pings"});
    }
}

void Session::on_open() {
    Metrics& metrics = state().metrics;
    metrics.sockets_opened.fetch_add(1, std::memory_order_relaxed);
    metrics.sockets_open.fetch_add(1, std::memory_order_relaxed);
    if (actor()) {
        metrics.sockets_authenticated.fetch_add(1, std::memory_order_relaxed);
    }
    is_open_ = true;
    base::logger("wire").debug(
        "event=session_opened connection=cx_{} actor={} remote={}", id_,
        actor() ? actor()->text() : "none", remote()
    );
    in_read_turn_ = true;
    last_received_ = SteadyClock::now();
    write({hello_notice(state(), id_, actor() ? Admission::authenticated : Admission::anonymous)});
    if (state().draining.load(std::memory_order_relaxed)) {
        drain();
    }
}

void Session::on_message(std::string_view text) {
    last_received_ = SteadyClock::now();
    if (is_closing()) {
        return;  // Said before it knew that we are closing.
    }
    Metrics& metrics = state().metrics;
    metrics.messages_received.fetch_add(1, std::memory_order_relaxed);
    metrics.bytes_received.fetch_add(text.size(), std::memory_order_relaxed);
    in_read_turn_ = true;
    if (!stream_->websocket.got_text()) {
        return close({CloseCode::not_text, "send text frames"});
    }
    look_at_browser(last_received_);
    if (is_closing()) {
        return;
    }
    run_frame(*this, text);
    if (goodbye_) {
        close(*goodbye_);
    }
    part_when_idle();
}

void start_session(ServerState& state, IoLoop& loop, SessionStart start) {
    UpgradeRequest request = std::move(start.request);
    const auto session = std::make_shared<Session>(state, loop, std::move(start));
    session->set_traceparent(request["traceparent"]);
    loop.add(session);
    asio::co_spawn(
        loop.executor(), Session::run(session, std::move(request)),
        [session](const std::exception_ptr& failure) { session->on_run_end(failure); }
    );
}

}  // namespace samvev::wire
