#include "wire/http_door.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "wire/http_decision.hpp"
#include "wire/rpc_post.hpp"
#include "wire/rpc_runner.hpp"
#include "wire/session.hpp"

namespace samvev::wire {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using Parser = http::request_parser<http::string_body>;

class HttpConnection final : public Connection,
                             public std::enable_shared_from_this<HttpConnection> {
public:
    HttpConnection(ServerState& state, IoLoop& loop, Arrived arrived)
        : state_(state),
          loop_(loop),
          socket_(std::move(arrived.socket)),
          seat_(std::move(arrived.seat)),
          listener_(arrived.listener),
          remote_(std::move(arrived.remote)),
          answered_(loop.executor()) {}

    static Task<> run(std::shared_ptr<HttpConnection> self);
    void on_run_end(const std::exception_ptr& failure);

    void tick(SteadyTime now) override;
    void drain() override;
    void abort() override;

private:
    static Task<bool> read_header(std::shared_ptr<HttpConnection> self);
    static Task<bool> read_body(std::shared_ptr<HttpConnection> self);
    static Task<> wait_for_answer(std::shared_ptr<HttpConnection> self);
    static Task<bool> write_reply(std::shared_ptr<HttpConnection> self);
    static Task<> hang_up(std::shared_ptr<HttpConnection> self);
    void watch_for_end();

    [[nodiscard]] HttpDecision decide();
    [[nodiscard]] HttpReply reply_to_broken(const error_code& error) const;
    void run_rpc(std::shared_ptr<const access::Actor> actor);
    void become_session(BecomeSession wish);
    void allow(std::chrono::milliseconds patience) { deadline_ = SteadyClock::now() + patience; }

    ServerState& state_;
    IoLoop& loop_;
    Socket socket_;
    Seat seat_;
    const ListenerKind listener_;
    beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    HttpReply reply_;
    std::string reply_head_;
    TraceId trace_;
    std::string remote_;
    std::shared_ptr<RpcPost> post_;
    Timer answered_;  // Cancelled when the post's answer is there.
    bool is_between_requests_ = true;
    bool is_client_gone_ = false;  // while its call was in flight
    std::optional<SteadyTime> deadline_;
};

// --- the life of a connection -------------------------------------------------------------------

Task<> HttpConnection::run(std::shared_ptr<HttpConnection> self) {
    error_code ignored;
    self->socket_.non_blocking(true, ignored);
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
        } else {
            const bool has_body = co_await read_body(self);
            if (!has_body) {
                co_return;
            }
            if (!self->reply_.closes) {
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
        self->allow(self->state_.settings.patience.idle);
    }
}

// True when there is something to decide or to answer; false when the peer is gone.
Task<bool> HttpConnection::read_header(std::shared_ptr<HttpConnection> self) {
    self->parser_.emplace();
    self->parser_->header_limit(limits::http_header_bytes_max);
    self->parser_->body_limit(limits::message_bytes_max);
    self->reply_ = HttpReply();
    self->is_between_requests_ = true;
    if (self->buffer_.size() == 0) {
        auto [error] = co_await self->socket_.async_wait(Socket::wait_read, as_result);
        if (error) {
            co_return false;
        }
    }
    self->is_between_requests_ = false;
    self->allow(self->state_.settings.patience.header);
    auto [error, size] =
        co_await http::async_read_header(self->socket_, self->buffer_, *self->parser_, as_result);
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
        auto [error, size] = co_await asio::async_write(self->socket_, bytes, as_result);
        if (error) {
            co_return false;
        }
    }
    auto [error, size] =
        co_await http::async_read(self->socket_, self->buffer_, *self->parser_, as_result);
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
        self->socket_.cancel(ignored);  // the watch
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
    self->post_.reset();
}

// A client that hangs up withdraws its call. Bytes are its next request, which waits; then the end
// behind them is not seen until that is read.
void HttpConnection::watch_for_end() {
    socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const error_code& aborted) {
        if (aborted || !self->post_ || self->post_->is_done()) {
            return;
        }
        char byte = 0;
        error_code error;
        self->socket_.receive(asio::buffer(&byte, 1), Socket::message_peek, error);
        if (error && error != asio::error::would_block) {
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
        is_head ? BodyPart::left_out : BodyPart::sent, keeps_alive, self->state_.parts.clock.now()
    );
    self->reply_head_ = head_text(self->reply_, context);
    self->allow(self->state_.settings.patience.write);
    const std::string_view body = is_head ? std::string_view() : body_of(self->reply_);
    const std::array<asio::const_buffer, 2> bytes = {
        asio::buffer(self->reply_head_), asio::buffer(body)
    };
    auto [error, size] = co_await asio::async_write(self->socket_, bytes, as_result);
    self->reply_ = HttpReply();
    co_return !error && keeps_alive;
}

// Closing a socket with unread bytes would reset it, and the answer might be lost on its way.
Task<> HttpConnection::hang_up(std::shared_ptr<HttpConnection> self) {
    self->allow(self->state_.settings.patience.close);
    error_code ignored;
    self->socket_.shutdown(Socket::shutdown_send, ignored);
    std::array<char, 4096> rest{};
    while (self->socket_.is_open()) {
        const auto space = asio::buffer(rest);
        auto [error, size] = co_await self->socket_.async_read_some(space, as_result);
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
    socket_.close(ignored);
    answered_.cancel();
}

HttpDecision HttpConnection::decide() {
    if (reply_.closes) {
        return std::move(reply_);  // The header could not be read.
    }
    merge_list_lines(parser_->get());
    const HttpHeader& header = parser_->get();
    trace_ = read_traceparent(header["traceparent"]).value_or(TraceId());
    HttpDecision decision = decide_http(
        state_, {.header = header,
                 .listener = listener_,
                 .has_body = parser_->chunked() || parser_->content_length().value_or(0) > 0,
                 .has_more_bytes = buffer_.size() > 0,
                 .trace = trace_,
                 .remote = remote_}
    );
    return decision;
}

HttpReply HttpConnection::reply_to_broken(const error_code& error) const {
    Problem problem{400, "bad-request", "Bad request", "this is not HTTP/1.1: " + error.message()};
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        problem = {
            431, "header-too-large", "Request header fields too large",
            "send at most 16 KiB of header"
        };
    } else if (error == http::error::body_limit) {
        problem = {
            413, "body-too-large", "Content too large", "send at most 64 KiB in one request"
        };
    }
    HttpReply reply = problem_reply(problem);
    reply.closes = true;
    return reply;
}

void HttpConnection::run_rpc(std::shared_ptr<const access::Actor> actor) {
    std::string body = std::move(parser_->get().body());
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    post_ = std::make_shared<RpcPost>(state_, loop_, answered_);
    post_->set_actor(std::move(actor));
    post_->set_traceparent(parser_->get()["traceparent"]);
    post_->set_remote(remote_);
    run_frame(*post_, body);
}

void HttpConnection::become_session(BecomeSession wish) {
    UpgradeRequest request(std::move(static_cast<HttpHeader&>(parser_->get())));
    SessionStart start(std::move(socket_), std::move(seat_), std::move(request));
    start.offers_subprotocol = wish.offers_subprotocol;
    start.actor = std::move(wish.actor);
    start.remote = std::move(remote_);
    deadline_.reset();
    loop_.expect_connection();
    start_session(state_, loop_, std::move(start));
}

}  // namespace

void start_http(ServerState& state, IoLoop& loop, Arrived arrived) {
    const auto connection = std::make_shared<HttpConnection>(state, loop, std::move(arrived));
    loop.add(connection);
    asio::co_spawn(
        loop.executor(), HttpConnection::run(connection),
        [connection](const std::exception_ptr& failure) { connection->on_run_end(failure); }
    );
}

}  // namespace samvev::wire
