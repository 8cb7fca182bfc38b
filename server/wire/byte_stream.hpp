#pragma once

#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <optional>
#include <utility>

#include "wire/io_types.hpp"
#include "wire/tls_channel.hpp"

namespace samvev::wire {

// A connected socket, in the clear or behind TLS: what HTTP and WebSocket read and write. The
// socket does not block. Concurrency: [loop]; one read and one write at a time.
class ByteStream {
public:
    using executor_type = LoopExecutor;
    using Wait = asio::socket_base::wait_type;

    explicit ByteStream(Socket socket, std::optional<TlsChannel> tls = {})
        : socket_(std::move(socket)), tls_(std::move(tls)) {}

    [[nodiscard]] executor_type get_executor() noexcept { return socket_.get_executor(); }
    [[nodiscard]] Socket& socket() noexcept { return socket_; }
    // Null in the clear.
    [[nodiscard]] TlsChannel* tls() noexcept { return tls_ ? &*tls_ : nullptr; }

    // What the socket takes at once; would_block when it takes nothing. Never blocks.
    std::size_t write_some(asio::const_buffer bytes, error_code& error) {
        return tls_ ? write_tls(bytes, error) : socket_.write_some(bytes, error);
    }
    // Behind TLS only. would_block: wait for tls()->read_needs().
    [[nodiscard]] error_code shake_hands();
    // What to wait for after write_some() would have blocked.
    [[nodiscard]] Wait write_needs() const noexcept {
        return tls_ ? tls_->write_needs() : Wait::wait_write;
    }
    // Whether there is something to read that waiting for the socket would not show.
    [[nodiscard]] bool has_received() const {
        return tls_ && socket_.is_open() && tls_->has_received();
    }
    // Whether the peer has ended its side and nothing is left to be read.
    [[nodiscard]] bool has_ended();
    // Nothing more is sent: tells the peer, in TLS and in TCP.
    void end_sending();

    template <typename Buffers, typename Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        if (!tls_) {
            return socket_.async_read_some(buffers, std::forward<Token>(token));
        }
        return asio::async_compose<Token, void(error_code, std::size_t)>(
            TlsRead{this, first_of<asio::mutable_buffer>(buffers)}, token, socket_
        );
    }

    template <typename Buffers, typename Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        if (!tls_) {
            return socket_.async_write_some(buffers, std::forward<Token>(token));
        }
        return asio::async_compose<Token, void(error_code, std::size_t)>(
            TlsWrite{this, first_of<asio::const_buffer>(buffers)}, token, socket_
        );
    }

private:
    template <typename Buffer, typename Buffers>
    static Buffer first_of(const Buffers& buffers) {
        for (auto each = asio::buffer_sequence_begin(buffers);
             each != asio::buffer_sequence_end(buffers); ++each) {
            if (Buffer(*each).size() > 0) {
                return *each;
            }
        }
        return Buffer();
    }

    struct TlsRead {
        ByteStream* stream;
        asio::mutable_buffer into;
        bool has_begun = false;

        template <typename Self>
        void operator()(Self& self, error_code error = {}) {
            if (!has_begun) {
                has_begun = true;
                // A first wait costs less than a read that finds nothing.
                return stream->has_received()
                           ? asio::post(stream->get_executor(), std::move(self))
                           : stream->socket_.async_wait(Wait::wait_read, std::move(self));
            }
            const std::size_t size = error ? 0 : stream->read_tls(into, error);
            if (error == asio::error::would_block) {
                stream->socket_.async_wait(stream->tls_->read_needs(), std::move(self));
            } else {
                self.complete(error, size);
            }
        }
    };

    struct TlsWrite {
        ByteStream* stream;
        asio::const_buffer from;
        bool has_begun = false;

        template <typename Self>
        void operator()(Self& self, error_code error = {}) {
            if (!has_begun) {
                has_begun = true;
                return asio::post(stream->get_executor(), std::move(self));
            }
            const std::size_t size = error ? 0 : stream->write_tls(from, error);
            if (error == asio::error::would_block) {
                stream->socket_.async_wait(stream->tls_->write_needs(), std::move(self));
            } else {
                self.complete(error, size);
            }
        }
    };

    // The channel knows the descriptor only, which is somebody else's once the socket is closed: it
    // is asked while the socket is open and never afterwards.
    std::size_t read_tls(asio::mutable_buffer into, error_code& error);
    std::size_t write_tls(asio::const_buffer from, error_code& error);

    Socket socket_;
    std::optional<TlsChannel> tls_;
};

}  // namespace samvev::wire
