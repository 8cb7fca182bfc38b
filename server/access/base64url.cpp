#include "access/base64url.hpp"

#include <cstdint>

namespace samvev::access {
namespace {

constexpr unsigned invalid = 64;

constexpr unsigned digit(char c) noexcept {
    if (c >= 'A' && c <= 'Z') {
        return static_cast<unsigned>(c - 'A');
    }
    if (c >= 'a' && c <= 'z') {
        return static_cast<unsigned>(c - 'a') + 26;
    }
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0') + 52;
    }
    return c == '-' ? 62U : c == '_' ? 63U : invalid;
}

}  // namespace

std::optional<std::string> from_base64url(std::string_view text) {
    if (text.size() % 4 == 1) {
        return std::nullopt;
    }
    std::string out;
    out.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned bit_count = 0;
    for (const char c : text) {
        const unsigned value = digit(c);
        if (value == invalid) {
            return std::nullopt;
        }
        bits = (bits << 6) | value;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            out.push_back(static_cast<char>(static_cast<unsigned char>(bits >> bit_count)));
            bits &= (1U << bit_count) - 1;
        }
    }
    if (bits != 0) {
        return std::nullopt;
    }
    return out;
}

}  // namespace samvev::access
