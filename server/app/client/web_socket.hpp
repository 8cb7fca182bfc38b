#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "app/client/endpoint.hpp"
#include "base/result.hpp"

namespace boost::asio {
class io_context;
}

namespace samvev::client {

// The client's end of one WebSocket connection. One thread: that of the io_context.
class WebSocket {
public:
    // Each runs on the io_context; none after the WebSocket's destruction.
    struct Events {
        std::function<void()> opened;
        std::function<void(std::string_view message)> received;
        std::function<void()> written;  // the last write() is done, the next may come
        std::function<void(const Error&)>
            failed;  // nothing follows; unauthenticated: token refused
    };

    WebSocket() = default;
    WebSocket(const WebSocket&) = delete;
    WebSocket& operator=(const WebSocket&) = delete;
    virtual ~WebSocket() = default;  // drops the connection

    // One at a time, after opened.
    virtual void write(std::string message) = 0;
    // Says goodbye (1000); failed follows when the server has answered.
    virtual void close() = 0;
};

// Begins to connect to /ws/v1 with `token` as bearer. With TLS (1.2 or later) the server's
// certificate must be valid for the endpoint's host and issued by an authority that this machine
// (or SSL_CERT_FILE) trusts.
[[nodiscard]] std::unique_ptr<WebSocket> connect_web_socket(
    boost::asio::io_context& io, const Endpoint& endpoint, const std::string& token,
    WebSocket::Events events
);

}  // namespace samvev::client
