#include "app/client/utf8.hpp"

#include <cstdint>

namespace samvev::client {
namespace {

[[nodiscard]] bool is_continuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Bytes of the sequence that `lead` begins; 0 when it begins none.
[[nodiscard]] std::size_t sequence_size(unsigned char lead) noexcept {
    if (lead < 0x80U) {
        return 1;
    }
    if (lead >= 0xC2U && lead <= 0xDFU) {
        return 2;
    }
    if (lead >= 0xE0U && lead <= 0xEFU) {
        return 3;
    }
    return lead >= 0xF0U && lead <= 0xF4U ? 4 : 0;
}

// Overlong forms, surrogates and what is beyond Unicode show in the second byte.
[[nodiscard]] bool is_second_allowed(unsigned char lead, unsigned char second) noexcept {
    switch (lead) {
        case 0xE0U:
            return second >= 0xA0U;
        case 0xEDU:
            return second <= 0x9FU;
        case 0xF0U:
            return second >= 0x90U;
        case 0xF4U:
            return second <= 0x8FU;
        default:
            return true;
    }
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t size = sequence_size(lead);
        if (size == 0 || size > text.size() - at) {
            return false;
        }
        for (std::size_t i = 1; i < size; ++i) {
            if (!is_continuation(text[at + i])) {
                return false;
            }
        }
        if (size > 1 && !is_second_allowed(lead, static_cast<unsigned char>(text[at + 1]))) {
            return false;
        }
        at += size;
    }
    return true;
}

std::string first_characters(std::string_view text, std::size_t characters_max) {
    std::size_t characters = 0;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if (!is_continuation(text[at]) && characters++ == characters_max) {
            break;
        }
    }
    return std::string(text.substr(0, at));
}

}  // namespace samvev::client
