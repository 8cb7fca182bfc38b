#include "wire/byte_stream.hpp"

namespace samvev::wire {

bool ByteStream::has_ended() {
    error_code error;
    if (tls_) {
        error = tls_->look_ahead();
    } else {
        char byte = 0;
        socket_.receive(asio::buffer(&byte, 1), Socket::message_peek, error);
    }
    return error && error != asio::error::would_block;
}

void ByteStream::end_sending() {
    if (tls_) {
        tls_->say_goodbye();
    }
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
}

}  // namespace samvev::wire
