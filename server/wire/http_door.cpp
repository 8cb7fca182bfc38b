#include "wire/http_door.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "wire/http_connection.hpp"
#include "wire/tls_handshake.hpp"

namespace samvev::wire {

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

// The main listener's are behind TLS when the server has a certificate.
ByteStream bytes_of(const ServerState& state, Socket socket, ListenerKind listener) {
    error_code ignored;
    socket.non_blocking(true, ignored);
    if (listener != ListenerKind::main || !state.tls) {
        return ByteStream(std::move(socket));
    }
    TlsChannel channel = state.tls->accept(socket.native_handle());
    return ByteStream(std::move(socket), std::move(channel));
}

}  // namespace

HttpConnection::HttpConnection(ServerState& state, IoLoop& loop, Arrived arrived)
    : state_(state),
      loop_(loop),
      bytes_(bytes_of(state, std::move(arrived.socket), arrived.listener)),
      seat_(std::move(arrived.seat)),
      listener_(arrived.listener),
      peer_address_(arrived.address),
      peer_(std::move(arrived.remote)),
      client_address_(peer_address_),
      remote_(peer_),
      answered_(loop.executor()) {}

// --- the life of a connection -------------------------------------------------------------------

Task<> HttpConnection::run(std::shared_ptr<HttpConnection> self) {
    const bool is_ready = co_await shake_hands(self);
    if (!is_ready) {
        co_return;
    }
    self->allow(self->state_.settings.patience.header);
    while (true) {
        const bool has_header = co_await read_header(self);
        if (!has_header) {
            co_return;
        }
        HttpDecision decision = self->decide();
        if (auto* wish = std::get_if<BecomeSession>(&decision)) {
            self->become_session(std::move(*wish));
            co_return;
        }
        if (auto* reply = std::get_if<HttpReply>(&decision)) {
            self->reply_ = std::move(*reply);
        } else if (const auto* later = std::get_if<AnswerLater>(&decision)) {
            self->begin(*later);
            co_await wait_for_reply(self);
        } else {
            const bool has_body = co_await read_body(self);
            if (!has_body) {
                co_return;
            }
            if (self->reply_.closes) {
                // It could not be read.
            } else if (const auto* text = std::get_if<ReadText>(&decision)) {
                const AnswerLater answer = text->then(std::move(self->parser_->get().body()));
                self->begin(answer);
                co_await wait_for_reply(self);
            } else {
                self->run_rpc(std::move(std::get<ReadBody>(decision).actor));
                co_await wait_for_answer(self);
                if (self->is_client_gone_) {
                    co_return;
                }
            }
        }
        const bool goes_on = co_await write_reply(self);
        if (!goes_on) {
            co_await hang_up(self);
            co_return;
        }
        self->sit_for_peer();
        self->allow(self->state_.settings.patience.idle);
    }
}

// False when there is nothing to read behind it.
Task<bool> HttpConnection::shake_hands(std::shared_ptr<HttpConnection> self) {
    if (self->bytes_.tls() == nullptr) {
        co_return true;
    }
    self->allow(self->state_.settings.patience.handshake);
    const Handshake outcome = co_await wire::shake_hands(self->bytes_);
    switch (outcome) {
        case Handshake::done:
            co_return true;
        case Handshake::in_the_clear:
            answer_in_the_clear(self->socket(), self->state_.parts.clock.now());
            co_await hang_up(self);
            break;
        case Handshake::failed:
            break;
    }
    self->state_.metrics.tls_handshakes_failed.fetch_add(1, std::memory_order_relaxed);
    base::logger("wire").debug(
        "event=tls_handshake_failed remote={} reason=\"{}\"", self->remote_,
        outcome == Handshake::in_the_clear ? "not TLS" : self->bytes_.tls()->failure()
    );
    co_return false;
}

// True when there is something to decide or to answer; false when the peer is gone.
Task<bool> HttpConnection::read_header(std::shared_ptr<HttpConnection> self) {
    self->parser_.emplace();
    self->parser_->header_limit(limits::http_header_bytes_max);
    self->parser_->body_limit(limits::message_bytes_max);
    self->reply_ = HttpReply();
    self->is_between_requests_ = true;
    if (self->buffer_.size() == 0 && !self->bytes_.has_received()) {
        auto [error] = co_await self->socket().async_wait(Socket::wait_read, as_result);
        if (error) {
            co_return false;
        }
    }
    self->is_between_requests_ = false;
    self->allow(self->state_.settings.patience.header);
    auto [error, size] =
        co_await http::async_read_header(self->bytes_, self->buffer_, *self->parser_, as_result);
    if (error && error.category() != http::make_error_code(http::error::end_of_stream).category()) {
        co_return false;  // The socket broke, or the deadline closed it.
    }
    if (error == http::error::end_of_stream || error == http::error::partial_message) {
        co_return false;
    }
    self->state_.metrics.http_requests.fetch_add(1, std::memory_order_relaxed);
    if (error) {
        self->reply_ = self->reply_to_broken(error);
    }
    co_return true;
}

Task<bool> HttpConnection::read_body(std::shared_ptr<HttpConnection> self) {
    const std::string_view expect = self->parser_->get()[http::field::expect];
    if (beast::iequals(expect, "100-continue") && !self->parser_->is_done()) {
        constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        const auto bytes = asio::buffer(go_on);
        auto [error, size] = co_await asio::async_write(self->bytes_, bytes, as_result);
        if (error) {
            co_return false;
        }
    }
    auto [error, size] =
        co_await http::async_read(self->bytes_, self->buffer_, *self->parser_, as_result);
    if (error == http::error::partial_message ||
        (error && error.category() != http::make_error_code(http::error::end_of_stream).category()
        )) {
        co_return false;
    }
    if (error) {
        self->reply_ = self->reply_to_broken(error);
    }
    co_return true;
}

Task<> HttpConnection::wait_for_answer(std::shared_ptr<HttpConnection> self) {
    self->deadline_.reset();
    if (!self->post_->is_done()) {
        self->answered_.expires_after(self->state_.settings.patience.answer);
        self->watch_for_end();
        co_await self->answered_.async_wait(as_result);
        error_code ignored;
        self->socket().cancel(ignored);  // the watch
    }
    if (self->is_client_gone_) {
        self->post_->abandon();
        self->reply_.closes = true;
    } else if (!self->post_->is_done()) {
        self->post_->abandon();
        self->reply_ = error_reply(
            {ErrorCode::outcome_unknown, "no answer in time: retry with the same commandId"},
            self->trace_
        );
        self->reply_.closes = true;
    } else if (self->post_->has_failed()) {
        self->reply_ =
            error_reply({ErrorCode::internal, "the answer could not be made"}, self->trace_);
        self->reply_.closes = true;
    } else if (auto answer = self->post_->take_answer()) {
        self->reply_ = json_reply(std::move(*answer));
    } else {
        self->reply_.status = 204;
    }
    self->reply_.closes = self->reply_.closes || self->post_->is_abused();
    self->post_.reset();
}

// The arrival with what was waited for is handled on this loop, and so not before this waits.
Task<> HttpConnection::wait_for_reply(std::shared_ptr<HttpConnection> self) {
    self->deadline_.reset();
    self->answered_.expires_after(self->state_.settings.patience.answer);
    co_await self->answered_.async_wait(as_result);
    if (!self->has_reply_) {
        self->reply_ = error_reply(
            {ErrorCode::unavailable, "there was no answer in time: try again"}, self->trace_
        );
        self->reply_.closes = true;  // It may still come.
    }
}

// A client that hangs up withdraws its call. Bytes are its next request, which waits; then the end
// behind them is not seen until that is read.
void HttpConnection::watch_for_end() {
    socket().async_wait(Socket::wait_read, [self = shared_from_this()](const error_code& aborted) {
        if (aborted || !self->post_ || self->post_->is_done()) {
            return;
        }
        if (self->bytes_.has_ended()) {
            self->is_client_gone_ = true;
            self->answered_.cancel();
        }
    });
}

// False when the connection ends with this reply.
Task<bool> HttpConnection::write_reply(std::shared_ptr<HttpConnection> self) {
    const bool keeps_alive = !self->reply_.closes && self->parser_->keep_alive() &&
                             !self->state_.draining.load(std::memory_order_relaxed);
    const bool is_head = self->parser_->get().method() == http::verb::head;
    const ReplyContext context(
        is_head ? BodyPart::left_out : BodyPart::sent, keeps_alive, self->state_.parts.clock.now(),
        self->state_.transport()
    );
    self->reply_head_ = head_text(self->reply_, context);
    self->allow(self->state_.settings.patience.write);
    const std::string_view body = is_head ? std::string_view() : body_of(self->reply_);
    const std::array<asio::const_buffer, 2> bytes = {
        asio::buffer(self->reply_head_), asio::buffer(body)
    };
    auto [error, size] = co_await asio::async_write(self->bytes_, bytes, as_result);
    self->reply_ = HttpReply();
    co_return !error && keeps_alive;
}

// Closing a socket with unread bytes would reset it, and the answer might be lost on its way.
Task<> HttpConnection::hang_up(std::shared_ptr<HttpConnection> self) {
    self->allow(self->state_.settings.patience.close);
    self->bytes_.end_sending();
    std::array<char, 4096> rest{};
    while (self->socket().is_open()) {
        const auto space = asio::buffer(rest);
        auto [error, size] = co_await self->socket().async_read_some(space, as_result);
        if (error) {
            break;
        }
    }
}

void HttpConnection::on_run_end(const std::exception_ptr& failure) {
    if (failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            base::logger("wire").error("event=http_failed reason=\"{}\"", error.what());
        }
    }
    if (post_) {
        post_->abandon();
    }
    abort();
    loop_.remove(*this);
}

void HttpConnection::tick(SteadyTime now) {
    if (deadline_ && now >= *deadline_) {
        abort();
    }
}

void HttpConnection::drain() {
    if (is_between_requests_) {
        abort();
    }
}

void HttpConnection::abort() {
    error_code ignored;
    socket().close(ignored);
    answered_.cancel();
}

void start_http(ServerState& state, IoLoop& loop, Arrived arrived) {
    const auto connection = std::make_shared<HttpConnection>(state, loop, std::move(arrived));
    loop.add(connection);
    asio::co_spawn(
        loop.executor(), HttpConnection::run(connection),
        [connection](const std::exception_ptr& failure) { connection->on_run_end(failure); }
    );
}

}  // namespace samvev::wire
