#include "wire/tls_handshake.hpp"

#include "wire/http_reply.hpp"

namespace samvev::wire {
namespace {

// RFC 8446 §5.1: the first byte of each client's first record.
constexpr unsigned char handshake_record = 22;

}  // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): outlives it, see header.
Task<Handshake> shake_hands(ByteStream& bytes) {
    auto [error] = co_await bytes.socket().async_wait(Socket::wait_read, as_result);
    if (error) {
        co_return Handshake::failed;
    }
    unsigned char first = 0;
    const auto space = asio::buffer(&first, 1);
    bytes.socket().receive(space, Socket::message_peek, error);
    if (error) {
        co_return Handshake::failed;
    }
    if (first != handshake_record) {
        co_return Handshake::in_the_clear;
    }
    while (true) {
        error = bytes.shake_hands();
        if (!error) {
            co_return Handshake::done;
        }
        if (error != asio::error::would_block) {
            co_return Handshake::failed;
        }
        auto [interrupted] =
            co_await bytes.socket().async_wait(bytes.tls()->read_needs(), as_result);
        if (interrupted) {
            co_return Handshake::failed;
        }
    }
}

void answer_in_the_clear(Socket& socket, base::Timestamp now) {
    HttpReply reply = problem_reply(
        {400, "tls-required", "TLS required",
         "this port speaks TLS: connect with https:// or wss://"}
    );
    reply.closes = true;
    const std::string text =
        to_text(reply, {.body_part = BodyPart::sent, .keeps_alive = false, .now = now});
    error_code ignored;
    socket.write_some(asio::buffer(text), ignored);
}

}  // namespace samvev::wire
