#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace samvev::bench {

// A WebSocket client that costs next to nothing: blocking handshake, then non-blocking frames with
// a zero mask (allowed by RFC 6455 §5.3: any key) and no parsing beyond the frame header. The load
// generator shares the machine with the server, so its own cost would be measured too.
class RawClient {
public:
    // Connects and upgrades at /ws/v1; throws std::runtime_error with the server's answer.
    RawClient(const std::string& host, std::uint16_t port, const std::string& token);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    [[nodiscard]] int descriptor() const noexcept { return socket_; }
    // Writes one text frame; blocks when the socket's buffer is full.
    void send_text(std::string_view text);
    // Reads what is there. False when the server has closed.
    bool receive();
    // The next complete text message; empty view when there is none yet. Valid until receive().
    [[nodiscard]] std::string_view next_message();

private:
    void write_all(std::string_view bytes);

    int socket_ = -1;
    std::string out_;
    std::string in_;
    std::size_t parsed_ = 0;
};

}  // namespace samvev::bench
