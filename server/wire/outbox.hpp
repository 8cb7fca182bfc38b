#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "wire/byte_stream.hpp"

namespace samvev::wire {

// What is to be written to one WebSocket: complete frames in one buffer, in order, whoever made
// them. Server frames are neither masked nor compressed, so a frame is a header of 2 to 10 bytes
// and the payload. Everything written in one turn of the loop goes out with one system call.
//
// After close_frame() nothing more is taken: RFC 6455 §5.5.1.
// Concurrency: [loop].
class Outbox {
public:
    // A text message of the pieces, one after the other.
    void text(std::initializer_list<std::string_view> pieces);
    void ping();
    // Seals the outbox.
    void close_frame(std::uint16_t code, std::string_view reason);
    // Bytes that Beast made: its handshake response, pongs and answers to close frames. A pong that
    // would queue behind many unsent ones is dropped: §5.5.3 asks for the latest only.
    void foreign(std::string_view bytes);

    enum class Sent { all, blocked, broken };
    // Writes what the peer takes. Never blocks.
    [[nodiscard]] Sent send_to(ByteStream& bytes);

    [[nodiscard]] bool is_empty() const noexcept { return sent_ == buffer_.size(); }
    [[nodiscard]] bool is_sealed() const noexcept { return sealed_; }
    [[nodiscard]] std::size_t pending_bytes() const noexcept { return buffer_.size() - sent_; }
    // Whether so much waits that no further requests should be read.
    [[nodiscard]] bool is_over_budget() const noexcept;
    // Since when the socket has taken nothing although something waits.
    [[nodiscard]] std::optional<SteadyTime> stuck_since() const noexcept { return stuck_since_; }
    // The code of the close frame written, by us or by Beast; absent before.
    [[nodiscard]] std::optional<std::uint16_t> close_code() const noexcept { return close_code_; }

private:
    void frame_header(std::uint8_t opcode, std::size_t payload_size);
    void forget_sent();

    std::string buffer_;
    std::size_t sent_ = 0;
    std::size_t messages_ = 0;  // taken since the buffer was last empty
    std::size_t pongs_ = 0;     // likewise
    bool sealed_ = false;
    std::optional<SteadyTime> stuck_since_;
    std::optional<std::uint16_t> close_code_;
};

}  // namespace samvev::wire
