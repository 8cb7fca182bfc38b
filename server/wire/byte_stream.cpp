#include "wire/byte_stream.hpp"

namespace samvev::wire {

error_code ByteStream::shake_hands() {
    if (!socket_.is_open()) {
        return asio::error::bad_descriptor;
    }
    return tls_->shake_hands();
}

std::size_t ByteStream::read_tls(asio::mutable_buffer into, error_code& error) {
    if (!socket_.is_open()) {
        error = asio::error::bad_descriptor;
        return 0;
    }
    return tls_->read_some(into, error);
}

std::size_t ByteStream::write_tls(asio::const_buffer from, error_code& error) {
    if (!socket_.is_open()) {
        error = asio::error::bad_descriptor;
        return 0;
    }
    return tls_->write_some(from, error);
}

bool ByteStream::has_ended() {
    error_code error;
    if (!socket_.is_open()) {
        return true;
    }
    if (tls_) {
        error = tls_->look_ahead();
    } else {
        char byte = 0;
        socket_.receive(asio::buffer(&byte, 1), Socket::message_peek, error);
    }
    return error && error != asio::error::would_block;
}

void ByteStream::end_sending() {
    if (tls_ && socket_.is_open()) {
        tls_->say_goodbye();
    }
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
}

}  // namespace samvev::wire
