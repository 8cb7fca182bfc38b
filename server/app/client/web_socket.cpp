#include "app/client/web_socket.hpp"

#include "base/limits.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include <chrono>
#include <utility>

namespace samvev::client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;

constexpr std::chrono::seconds connect_deadline{5};
constexpr std::chrono::seconds handshake_deadline{10};
// The server pings every limits::ping_every; silence for longer than this is a dead connection.
constexpr std::chrono::seconds silence_deadline{limits::idle_deadline};

// Kept alive by the handlers of its operations; `events_` is emptied when its owner lets go.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(asio::io_context& io, Endpoint endpoint, std::string token, WebSocket::Events events)
        : endpoint_(std::move(endpoint)),
          token_(std::move(token)),
          events_(std::move(events)),
          resolver_(io),
          socket_(io) {}

    void start() {
        resolver_.async_resolve(
            endpoint_.host, std::to_string(endpoint_.port),
            [self = shared_from_this()](
                const beast::error_code& error, const tcp::resolver::results_type& found
            ) { error ? self->end(error) : self->connect(found); }
        );
    }

    void write(std::string message) {
        outgoing_ = std::move(message);
        socket_.async_write(
            asio::buffer(outgoing_),
            [self = shared_from_this()](const beast::error_code& error, std::size_t) {
                if (error) {
                    self->end(error);
                } else if (self->events_.written) {
                    self->events_.written();
                }
            }
        );
    }

    void close() {
        socket_.async_close(
            websocket::close_code::normal,
            [self = shared_from_this()](const beast::error_code& error) {
                self->end(error ? error : beast::error_code(websocket::error::closed));
            }
        );
    }

    void let_go() {
        events_ = {};
        beast::get_lowest_layer(socket_).close();
    }

private:
    void connect(const tcp::resolver::results_type& found) {
        auto& stream = beast::get_lowest_layer(socket_);
        stream.expires_after(connect_deadline);
        stream.async_connect(
            found,
            [self = shared_from_this()](const beast::error_code& error, const tcp::endpoint&) {
                error ? self->end(error) : self->shake_hands();
            }
        );
    }

    void shake_hands() {
        auto& stream = beast::get_lowest_layer(socket_);
        stream.expires_never();
        beast::error_code ignored;
        // Small frames, each awaited by somebody: Nagle's delay would add 40 ms to some.
        stream.socket().set_option(tcp::no_delay(true), ignored);
        websocket::stream_base::timeout deadlines{};
        deadlines.handshake_timeout = handshake_deadline;
        deadlines.idle_timeout = silence_deadline;
        deadlines.keep_alive_pings = false;
        socket_.set_option(deadlines);
        socket_.read_message_max(2 * limits::response_bytes_max);
        socket_.set_option(
            websocket::stream_base::decorator([token = token_](websocket::request_type& request) {
                namespace http = beast::http;
                request.set(http::field::authorization, "Bearer " + token);
                request.set(http::field::sec_websocket_protocol, "samvev.v1");
                request.set(http::field::user_agent, "samvev");
            })
        );
        socket_.async_handshake(
            response_, endpoint_.authority(), "/ws/v1",
            [self = shared_from_this()](const beast::error_code& error) {
                error ? self->refuse(error) : self->open();
            }
        );
    }

    // The server answered the handshake with another status than 101, or not at all.
    void refuse(const beast::error_code& error) {
        namespace http = beast::http;
        if (error != websocket::error::upgrade_declined) {
            end(error);
            return;
        }
        const auto status = response_.result();
        std::string text = endpoint_.url() + " refused the connection with HTTP " +
                           std::to_string(response_.result_int());
        if (status == http::status::unauthorized || status == http::status::forbidden) {
            finish(
                {ErrorCode::unauthenticated,
                 text + ": the token is not valid there; make a new one with samvev token",
                 {}}
            );
        } else if (status == http::status::not_found) {
            finish({ErrorCode::unsupported, text + ": is that a Samvev server?", {}});
        } else {
            finish({ErrorCode::unavailable, text, {}});
        }
    }

    void open() {
        read();
        if (events_.opened) {
            events_.opened();
        }
    }

    void read() {
        socket_.async_read(
            incoming_,
            [self = shared_from_this()](const beast::error_code& error, std::size_t) {
                if (error) {
                    self->end(error);
                    return;
                }
                const auto data = self->incoming_.cdata();
                if (self->events_.received) {
                    self->events_.received({static_cast<const char*>(data.data()), data.size()});
                }
                self->incoming_.consume(self->incoming_.size());
                self->read();
            }
        );
    }

    void end(const beast::error_code& error) {
        const auto reason = socket_.reason();
        constexpr std::uint16_t not_authenticated = 4401;
        if (reason.code == not_authenticated) {
            finish(
                {ErrorCode::unauthenticated,
                 "the server ended the session: the token has expired or is not valid",
                 {}}
            );
        } else {
            finish({ErrorCode::unavailable, endpoint_.url() + ": " + error.message(), {}});
        }
    }

    void finish(const Error& error) {
        const WebSocket::Events events = std::exchange(events_, {});
        beast::get_lowest_layer(socket_).close();
        if (events.failed) {
            events.failed(error);
        }
    }

    Endpoint endpoint_;
    std::string token_;
    WebSocket::Events events_;
    tcp::resolver resolver_;
    websocket::stream<beast::tcp_stream> socket_;
    websocket::response_type response_;
    beast::flat_buffer incoming_;
    std::string outgoing_;
};

class BeastWebSocket final : public WebSocket {
public:
    explicit BeastWebSocket(std::shared_ptr<Connection> connection)
        : connection_(std::move(connection)) {}
    ~BeastWebSocket() override { connection_->let_go(); }
    void write(std::string message) override { connection_->write(std::move(message)); }
    void close() override { connection_->close(); }

private:
    std::shared_ptr<Connection> connection_;
};

}  // namespace

std::unique_ptr<WebSocket> connect_web_socket(
    boost::asio::io_context& io, const Endpoint& endpoint, const std::string& token,
    WebSocket::Events events
) {
    auto connection = std::make_shared<Connection>(io, endpoint, token, std::move(events));
    connection->start();
    return std::make_unique<BeastWebSocket>(std::move(connection));
}

}  // namespace samvev::client
