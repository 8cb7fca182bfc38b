#pragma once

#include <openssl/types.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/socket_base.hpp>
#include <memory>
#include <string_view>

#include "wire/io_types.hpp"

namespace samvev::wire {

// The server's end of TLS on one connected socket that does not block. OpenSSL reads and writes the
// socket itself, so that records go straight from the outbox to the kernel and an idle connection
// holds no buffers.
//
// No call blocks: would_block says that nothing was done and which readiness to wait for, which
// need not be that of the call (a message of the protocol may come in between). After any other
// error the channel is of no more use.
// Concurrency: [loop].
class TlsChannel {
public:
    // `context` is shared by all channels; `descriptor` stays open as long as the channel is used.
    // Null in `ssl` when there is no memory: the first call then fails.
    TlsChannel(SSL_CTX& context, int descriptor);

    using Wait = asio::socket_base::wait_type;
    [[nodiscard]] error_code shake_hands();
    [[nodiscard]] std::size_t read_some(asio::mutable_buffer into, error_code& error);
    [[nodiscard]] std::size_t write_some(asio::const_buffer from, error_code& error);
    // Tells the peer that nothing more comes, if the socket takes it at once.
    void say_goodbye();

    // Whether bytes were received that the socket no longer shows as readable.
    [[nodiscard]] bool has_received() const;
    // eof when the peer has said goodbye or is gone, would_block while it has not; else none.
    [[nodiscard]] error_code look_ahead();

    // What to wait for after the last would_block of reading (or the handshake) and of writing.
    [[nodiscard]] Wait read_needs() const noexcept { return read_needs_; }
    [[nodiscard]] Wait write_needs() const noexcept { return write_needs_; }

    // Why the handshake failed, for the log; empty when the peer just went.
    [[nodiscard]] std::string_view failure() const noexcept { return failure_; }

private:
    struct Free {
        void operator()(SSL* ssl) const noexcept;
    };
    [[nodiscard]] error_code error_of(int result, Wait& needs);

    std::unique_ptr<SSL, Free> ssl_;
    Wait read_needs_ = Wait::wait_read;
    Wait write_needs_ = Wait::wait_write;
    std::string_view failure_;  // OpenSSL's, which lasts
};

}  // namespace samvev::wire
