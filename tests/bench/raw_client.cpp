#include "bench/raw_client.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace samvev::bench {
namespace {

constexpr std::size_t read_bytes = 64 * 1024;
constexpr unsigned char text_opcode = 0x1;
constexpr unsigned char ping_opcode = 0x9;

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) {
        value = value << 8 | static_cast<unsigned char>(c);
    }
    return value;
}

}  // namespace

RawClient::RawClient(const std::string& host, std::uint16_t port, const std::string& token) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(socket_);
        throw std::runtime_error("cannot connect to " + host + ":" + std::to_string(port));
    }
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    write_all(
        "GET /ws/v1 HTTP/1.1\r\nHost: " + host + ":" + std::to_string(port) +
        "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\nSec-WebSocket-Protocol: samvev.v1\r\n"
        "Authorization: Bearer " +
        token + "\r\n\r\n"
    );
    std::size_t end = std::string::npos;
    while ((end = in_.find("\r\n\r\n")) == std::string::npos) {
        if (!receive()) {
            throw std::runtime_error("the server closed during the handshake: " + in_);
        }
    }
    if (!in_.starts_with("HTTP/1.1 101")) {
        throw std::runtime_error("no upgrade: " + in_);
    }
    parsed_ = end + 4;
    ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
}

RawClient::~RawClient() {
    ::close(socket_);
}

void RawClient::write_all(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (written > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            pollfd wait{socket_, POLLOUT, 0};
            ::poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            throw std::runtime_error("the connection broke while writing");
        }
    }
}

void RawClient::send_text(std::string_view text) {
    out_.clear();
    out_.push_back(static_cast<char>(0x80 | text_opcode));
    if (text.size() < 126) {
        out_.push_back(static_cast<char>(0x80 | text.size()));
    } else {
        out_.push_back(static_cast<char>(0x80 | 126));
        out_.push_back(static_cast<char>(text.size() >> 8));
        out_.push_back(static_cast<char>(text.size() & 0xff));
    }
    out_.append(4, '\0');
    out_.append(text);
    write_all(out_);
}

bool RawClient::receive() {
    in_.erase(0, parsed_);
    parsed_ = 0;
    std::array<char, read_bytes> buffer;  // not cleared: on each read that took as long as the call
    const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (got > 0) {
        in_.append(buffer.data(), static_cast<std::size_t>(got));
        return true;
    }
    return got < 0 && (errno == EAGAIN || errno == EINTR);
}

std::string_view RawClient::next_message() {
    while (true) {
        const std::string_view rest = std::string_view(in_).substr(parsed_);
        if (rest.size() < 2) {
            return {};
        }
        const auto opcode = static_cast<unsigned char>(rest[0]) & 0x0fU;
        std::uint64_t size = static_cast<unsigned char>(rest[1]) & 0x7fU;
        std::size_t header = 2;
        if (size >= 126) {
            const std::size_t bytes = size == 126 ? 2 : 8;
            if (rest.size() < 2 + bytes) {
                return {};
            }
            size = big_endian(rest.substr(2, bytes));
            header += bytes;
        }
        if (rest.size() < header + size) {
            return {};
        }
        parsed_ += header + size;
        if (opcode == text_opcode) {
            return rest.substr(header, size);
        }
        if (opcode == ping_opcode) {
            write_all(std::string("\x8a\x80\0\0\0\0", 6));
        }
    }
}

}  // namespace samvev::bench
