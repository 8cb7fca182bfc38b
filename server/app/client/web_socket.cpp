#include "app/client/web_socket.hpp"

#include "base/limits.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include <chrono>
#include <type_traits>
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

using Plain = beast::tcp_stream;
using Tls = beast::ssl_stream<beast::tcp_stream>;

// What a connection is to its owner.
class Connection {
public:
    Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    virtual ~Connection() = default;
    virtual void start() = 0;
    virtual void write(std::string message) = 0;
    virtual void close() = 0;
    virtual void let_go() = 0;
};

// Kept alive by the handlers of its operations; `events_` is emptied when its owner lets go.
template <typename Layer>
class ConnectionOver final : public Connection,
                             public std::enable_shared_from_this<ConnectionOver<Layer>> {
public:
    ConnectionOver(
        asio::io_context& io, Endpoint endpoint, std::string token, WebSocket::Events events
    )
        : endpoint_(std::move(endpoint)),
          token_(std::move(token)),
          events_(std::move(events)),
          resolver_(io),
          socket_(make_socket(io)) {}

    void start() override {
        resolver_.async_resolve(
            endpoint_.host, std::to_string(endpoint_.port),
            [self = this->shared_from_this()](
                const beast::error_code& error, const tcp::resolver::results_type& found
            ) { error ? self->end(error) : self->connect(found); }
        );
    }

    void write(std::string message) override {
        outgoing_ = std::move(message);
        socket_.async_write(
            asio::buffer(outgoing_),
            [self = this->shared_from_this()](const beast::error_code& error, std::size_t) {
                if (error) {
                    self->end(error);
                } else if (self->events_.written) {
                    self->events_.written();
                }
            }
        );
    }

    void close() override {
        socket_.async_close(
            websocket::close_code::normal,
            [self = this->shared_from_this()](const beast::error_code& error) {
                self->end(error ? error : beast::error_code(websocket::error::closed));
            }
        );
    }

    void let_go() override {
        events_ = {};
        beast::get_lowest_layer(socket_).close();
    }

private:
    static constexpr bool is_tls = std::is_same_v<Layer, Tls>;

    websocket::stream<Layer> make_socket(asio::io_context& io) {
        if constexpr (is_tls) {
            return websocket::stream<Layer>(io, tls_);
        } else {
            return websocket::stream<Layer>(io);
        }
    }

    void connect(const tcp::resolver::results_type& found) {
        auto& stream = beast::get_lowest_layer(socket_);
        stream.expires_after(connect_deadline);
        stream.async_connect(
            found, [self = this->shared_from_this(
                    )](const beast::error_code& error,
                       const tcp::endpoint&) { error ? self->end(error) : self->secure(); }
        );
    }

    // The server must prove its name to an authority that this machine trusts; the token is not
    // sent before that.
    void secure() {
        beast::error_code ignored;
        // Small frames, each awaited by somebody: Nagle's delay would add 40 ms to some.
        beast::get_lowest_layer(socket_).socket().set_option(tcp::no_delay(true), ignored);
        if constexpr (is_tls) {
            auto& stream = socket_.next_layer();
            beast::error_code unset;
            tls_trusts(stream, unset);
            if (unset) {
                end(unset);
                return;
            }
            beast::get_lowest_layer(socket_).expires_after(handshake_deadline);
            stream.async_handshake(
                asio::ssl::stream_base::client,
                [self = this->shared_from_this()](const beast::error_code& error) {
                    error ? self->distrust(error) : self->shake_hands();
                }
            );
        } else {
            shake_hands();
        }
    }

    void tls_trusts(Tls& stream, beast::error_code& unset) {
        if (SSL_CTX_set_default_verify_paths(tls_.native_handle()) != 1 ||
            SSL_set_min_proto_version(stream.native_handle(), TLS1_2_VERSION) != 1) {
            unset = asio::error::no_protocol_option;
            return;
        }
        stream.set_verify_mode(asio::ssl::verify_peer, unset);
        if (!unset) {
            stream.set_verify_callback(asio::ssl::host_name_verification(endpoint_.host), unset);
        }
        beast::error_code no_address;
        asio::ip::make_address(endpoint_.host, no_address);
        std::string name = endpoint_.host;
        // What the macro SSL_set_tlsext_host_name does, without its old-style cast; it copies.
        // Numbers are no name to ask for (RFC 6066 section 3).
        if (!unset && no_address &&
            SSL_ctrl(
                stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                name.data()
            ) != 1) {
            unset = asio::error::invalid_argument;
        }
    }

    void distrust(const beast::error_code& error) {
        finish(
            {ErrorCode::unavailable,
             endpoint_.url() + ": no TLS with it (" + error.message() +
                 "). Its certificate must name " + endpoint_.host +
                 " and come from an authority that this machine trusts; SSL_CERT_FILE names others",
             {}}
        );
    }

    void shake_hands() {
        beast::get_lowest_layer(socket_).expires_never();
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
            [self = this->shared_from_this()](const beast::error_code& error) {
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
            [self = this->shared_from_this()](const beast::error_code& error, std::size_t) {
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
    asio::ssl::context tls_{asio::ssl::context::tls_client};  // unused without TLS
    websocket::stream<Layer> socket_;
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
    std::shared_ptr<Connection> connection;
    if (endpoint.tls) {
        connection = std::make_shared<ConnectionOver<Tls>>(io, endpoint, token, std::move(events));
    } else {
        connection =
            std::make_shared<ConnectionOver<Plain>>(io, endpoint, token, std::move(events));
    }
    connection->start();
    return std::make_unique<BeastWebSocket>(std::move(connection));
}

}  // namespace samvev::client
