#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <string_view>
#include <utility>

#include "wire/byte_stream.hpp"

namespace samvev::wire {

// Whoever sends for the layer below. [loop]
class FrameOutput {
public:
    FrameOutput() = default;
    FrameOutput(const FrameOutput&) = delete;
    FrameOutput& operator=(const FrameOutput&) = delete;
    virtual ~FrameOutput() = default;
    // Bytes that Beast wants on the wire.
    virtual void write_foreign(std::string_view bytes) = 0;
    // The peer has nothing more for us yet: a good moment to send what we have.
    virtual void before_read() = 0;
};

// The stream below Beast's WebSocket. Beast does the handshake, reads, unmasks, checks UTF-8 and
// reassembles; what it wants to write (its handshake response, pongs, answers to close frames) goes
// into the session's outbox between our own frames. So there is one writer, many messages leave
// with one system call, and no write of ours can hold up Beast's lock (its async_close waits for
// it).
class WebSocketLayer {
public:
    using executor_type = LoopExecutor;

    // `output` outlives the layer.
    WebSocketLayer(ByteStream bytes, FrameOutput& output)
        : bytes_(std::move(bytes)), output_(&output) {}

    [[nodiscard]] executor_type get_executor() noexcept { return bytes_.get_executor(); }
    [[nodiscard]] ByteStream& bytes() noexcept { return bytes_; }

    template <typename Buffers, typename Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        output_->before_read();
        return bytes_.async_read_some(buffers, std::forward<Token>(token));
    }

    template <typename Buffers, typename Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            [this](auto handler, const Buffers& pieces) {
                std::size_t size = 0;
                for (auto piece = asio::buffer_sequence_begin(pieces);
                     piece != asio::buffer_sequence_end(pieces); ++piece) {
                    const asio::const_buffer bytes(*piece);
                    output_->write_foreign({static_cast<const char*>(bytes.data()), bytes.size()});
                    size += bytes.size();
                }
                const auto executor = asio::get_associated_executor(handler, get_executor());
                asio::post(
                    executor,
                    boost::beast::bind_front_handler(std::move(handler), error_code(), size)
                );
            },
            token, buffers
        );
    }

private:
    ByteStream bytes_;
    FrameOutput* output_;
};

// Beast calls this after the closing handshake. The session itself sends what is left and shuts the
// socket down, so there is nothing to do.
template <typename Handler>
void async_teardown(boost::beast::role_type /*role*/, WebSocketLayer& layer, Handler&& handler) {
    asio::post(
        layer.get_executor(),
        boost::beast::bind_front_handler(std::forward<Handler>(handler), error_code())
    );
}

// What Beast's own timers would call; they are off.
inline void beast_close_socket(WebSocketLayer& layer) {
    error_code ignored;
    layer.bytes().socket().close(ignored);
}

using WebSocketStream = boost::beast::websocket::stream<WebSocketLayer, false>;  // no deflate

}  // namespace samvev::wire
