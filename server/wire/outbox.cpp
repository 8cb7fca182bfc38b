#include "wire/outbox.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <numeric>

#include "base/limits.hpp"

namespace samvev::wire {
namespace {

// RFC 6455 §5.2. On the wire: never renumber.
constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t text_opcode = 0x1;
constexpr std::uint8_t close_opcode = 0x8;
constexpr std::uint8_t ping_opcode = 0x9;
constexpr std::uint8_t pong_opcode = 0xA;

constexpr std::size_t pongs_max = 16;
// What an idle connection keeps.
constexpr std::size_t kept_bytes_max = 4 * 1024;
// A sent prefix of this size is cut off although more waits behind it.
constexpr std::size_t cut_bytes_min = 256 * 1024;

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>((value >> shift) & 0xFF));
    }
}

}  // namespace

void Outbox::frame_header(std::uint8_t opcode, std::size_t payload_size) {
    buffer_.push_back(static_cast<char>(final_bit | opcode));
    if (payload_size < 126) {
        buffer_.push_back(static_cast<char>(payload_size));
    } else if (payload_size <= 0xFFFF) {
        buffer_.push_back(126);
        append_big_endian(buffer_, payload_size, 2);
    } else {
        buffer_.push_back(127);
        append_big_endian(buffer_, payload_size, 8);
    }
}

void Outbox::text(std::initializer_list<std::string_view> pieces) {
    if (sealed_) {
        return;
    }
    const std::size_t size = std::accumulate(
        pieces.begin(), pieces.end(), std::size_t{0},
        [](std::size_t sum, std::string_view piece) { return sum + piece.size(); }
    );
    frame_header(text_opcode, size);
    for (const std::string_view piece : pieces) {
        buffer_.append(piece);
    }
    ++messages_;
}

void Outbox::ping() {
    if (!sealed_) {
        frame_header(ping_opcode, 0);
    }
}

void Outbox::close_frame(std::uint16_t code, std::string_view reason) {
    constexpr std::size_t control_payload_max = 125;
    if (sealed_) {
        return;
    }
    reason = reason.substr(0, control_payload_max - sizeof code);
    frame_header(close_opcode, sizeof code + reason.size());
    append_big_endian(buffer_, code, sizeof code);
    buffer_.append(reason);
    close_code_ = code;
    sealed_ = true;
}

void Outbox::foreign(std::string_view bytes) {
    if (sealed_ || bytes.empty()) {
        return;
    }
    const auto first = static_cast<std::uint8_t>(bytes.front());
    if (first == (final_bit | pong_opcode) && !is_empty() && ++pongs_ > pongs_max) {
        return;
    }
    buffer_.append(bytes);
    if (first == (final_bit | close_opcode)) {
        constexpr std::uint16_t no_status = 1005;  // §7.1.5: the frame has no code.
        close_code_ = bytes.size() < 4 ? no_status
                                       : static_cast<std::uint16_t>(
                                             (static_cast<std::uint8_t>(bytes[2]) << 8) |
                                             static_cast<std::uint8_t>(bytes[3])
                                         );
        sealed_ = true;
    }
}

Outbox::Sent Outbox::send_to(ByteStream& bytes) {
    while (!is_empty()) {
        error_code error;
        const std::size_t count =
            bytes.write_some(asio::buffer(buffer_.data() + sent_, pending_bytes()), error);
        sent_ += count;
        if (count > 0) {
            stuck_since_.reset();
        }
        if (error == asio::error::would_block || error == asio::error::try_again) {
            if (!stuck_since_) {
                stuck_since_ = SteadyClock::now();
            }
            forget_sent();
            return Sent::blocked;
        }
        if (error) {
            return Sent::broken;
        }
    }
    forget_sent();
    return Sent::all;
}

void Outbox::forget_sent() {
    if (is_empty()) {
        sent_ = 0;
        messages_ = 0;
        pongs_ = 0;
        if (buffer_.capacity() > kept_bytes_max) {
            std::string().swap(buffer_);
        } else {
            buffer_.clear();
        }
    } else if (sent_ >= cut_bytes_min) {
        buffer_.erase(0, sent_);
        sent_ = 0;
    }
}

bool Outbox::is_over_budget() const noexcept {
    return pending_bytes() > limits::outbox_bytes_max || messages_ > limits::outbox_messages_max;
}

}  // namespace samvev::wire
