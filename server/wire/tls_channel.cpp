#include "wire/tls_channel.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <cerrno>
#include <cstdint>
#include <limits>

namespace samvev::wire {
namespace {

int descriptor_of(BIO* bio) {
    return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

bool would_block(int error) {
    static_assert(EAGAIN == EWOULDBLOCK);
    return error == EAGAIN || error == EINTR;
}

int bio_write(BIO* bio, const char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    // OpenSSL's own socket BIO would raise SIGPIPE.
    const ssize_t count =
        ::send(descriptor_of(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (count < 0 && would_block(errno)) {
        BIO_set_retry_write(bio);
    }
    return static_cast<int>(count);
}

int bio_read(BIO* bio, char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    const ssize_t count = ::recv(descriptor_of(bio), bytes, static_cast<std::size_t>(size), 0);
    if (count < 0 && would_block(errno)) {
        BIO_set_retry_read(bio);
    }
    if (count == 0) {
        BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    }
    return static_cast<int>(count);
}

long bio_control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
    if (command == BIO_CTRL_EOF) {
        return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    }
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* socket_method() {
    static const std::unique_ptr<BIO_METHOD, void (*)(BIO_METHOD*)> method = [] {
        std::unique_ptr<BIO_METHOD, void (*)(BIO_METHOD*)> made(
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "samvev socket"), BIO_meth_free
        );
        if (made) {
            BIO_meth_set_write(made.get(), bio_write);
            BIO_meth_set_read(made.get(), bio_read);
            BIO_meth_set_ctrl(made.get(), bio_control);
        }
        return made;
    }();
    return method.get();
}

BIO* make_bio(int descriptor) {
    BIO* const bio = socket_method() != nullptr ? BIO_new(socket_method()) : nullptr;
    if (bio != nullptr) {
        BIO_set_data(
            bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor)
                 )  // NOLINT(performance-no-int-to-ptr): a BIO carries a pointer.
        );
        BIO_set_init(bio, 1);
    }
    return bio;
}

int as_int(std::size_t size) {
    return static_cast<int>(
        std::min<std::size_t>(size, static_cast<std::size_t>(std::numeric_limits<int>::max()))
    );
}

}  // namespace

void TlsChannel::Free::operator()(SSL* ssl) const noexcept {
    SSL_free(ssl);
}

TlsChannel::TlsChannel(SSL_CTX& context, int descriptor) {
    std::unique_ptr<SSL, Free> ssl(SSL_new(&context));
    BIO* const bio = make_bio(descriptor);
    if (!ssl || bio == nullptr) {
        BIO_free(bio);
        return;
    }
    SSL_set_bio(ssl.get(), bio, bio);  // which owns it now
    SSL_set_accept_state(ssl.get());
    ssl_ = std::move(ssl);
}

// Right behind each call, which began with no error left by whoever used OpenSSL on this thread.
error_code TlsChannel::error_of(int result, Wait& needs) {
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_NONE:
            return {};
        case SSL_ERROR_WANT_READ:
            needs = Wait::wait_read;
            return asio::error::would_block;
        case SSL_ERROR_WANT_WRITE:
            needs = Wait::wait_write;
            return asio::error::would_block;
        case SSL_ERROR_ZERO_RETURN:
            return asio::error::eof;
        default:
            break;
    }
    const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
    failure_ = reason == nullptr ? std::string_view() : std::string_view(reason);
    return asio::error::connection_aborted;
}

error_code TlsChannel::shake_hands() {
    if (!ssl_) {
        return asio::error::no_memory;
    }
    ERR_clear_error();
    return error_of(SSL_do_handshake(ssl_.get()), read_needs_);
}

std::size_t TlsChannel::read_some(asio::mutable_buffer into, error_code& error) {
    error = {};
    if (into.size() == 0) {
        return 0;
    }
    ERR_clear_error();
    const int count = SSL_read(ssl_.get(), into.data(), as_int(into.size()));
    if (count > 0) {
        return static_cast<std::size_t>(count);
    }
    error = error_of(count, read_needs_);
    return 0;
}

std::size_t TlsChannel::write_some(asio::const_buffer from, error_code& error) {
    error = {};
    if (from.size() == 0) {
        return 0;
    }
    ERR_clear_error();
    const int count = SSL_write(ssl_.get(), from.data(), as_int(from.size()));
    if (count > 0) {
        return static_cast<std::size_t>(count);
    }
    error = error_of(count, write_needs_);
    return 0;
}

void TlsChannel::say_goodbye() {
    if (ssl_ && SSL_is_init_finished(ssl_.get()) == 1) {
        SSL_shutdown(ssl_.get());
    }
}

bool TlsChannel::has_received() const {
    return ssl_ && SSL_has_pending(ssl_.get()) == 1;
}

error_code TlsChannel::look_ahead() {
    char byte = 0;
    ERR_clear_error();
    return error_of(SSL_peek(ssl_.get(), &byte, 1), read_needs_);
}

}  // namespace samvev::wire
