#include "store/crc32c.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace samvev::store {

namespace {

constexpr std::uint32_t polynomial = 0x82f63b78;  // Castagnoli, reflected.

constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc & 1U) != 0 ? (crc >> 1U) ^ polynomial : crc >> 1U;
        }
        table[i] = crc;
    }
    return table;
}

constexpr std::array<std::uint32_t, 256> table = make_table();

std::uint32_t portable(std::string_view bytes) noexcept {
    std::uint32_t crc = 0xffffffff;
    for (const char c : bytes) {
        crc = (crc >> 8U) ^ table[(crc ^ static_cast<std::uint8_t>(c)) & 0xffU];
    }
    return ~crc;
}

#if defined(__x86_64__)
[[gnu::target("sse4.2")]] std::uint32_t with_instruction(std::string_view bytes) noexcept {
    std::uint64_t crc = 0xffffffff;
    std::size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + i, sizeof word);
        crc = _mm_crc32_u64(crc, word);
    }
    auto tail = static_cast<std::uint32_t>(crc);
    for (; i < bytes.size(); ++i) {
        tail = _mm_crc32_u8(tail, static_cast<std::uint8_t>(bytes[i]));
    }
    return ~tail;
}
#endif

}  // namespace

std::uint32_t crc32c(std::string_view bytes) noexcept {
#if defined(__x86_64__)
    static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
    if (has_instruction) {
        return with_instruction(bytes);
    }
#endif
    return portable(bytes);
}

}  // namespace samvev::store
