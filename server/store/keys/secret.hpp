#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace samvev::store {

// 32 bytes that nobody else may see: data keys, master keys and what is derived from them. Wiped
// when it goes, cannot be copied, and has no formatter, so that logging it does not compile.
// Limitations: memory that is swapped out or dumped is the system's business (LimitCORE=0, no
// swap).
class Secret {
public:
    static constexpr std::size_t size = 32;

    Secret() = default;  // zeros, to be filled
    explicit Secret(std::span<const std::uint8_t, size> bytes);
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    [[nodiscard]] std::span<const std::uint8_t, size> bytes() const noexcept { return bytes_; }
    [[nodiscard]] std::span<std::uint8_t, size> writable() noexcept { return bytes_; }

private:
    std::array<std::uint8_t, size> bytes_{};
};

// Overwrites what a buffer holds, even when nobody reads it afterwards.
void wipe(std::span<std::uint8_t> bytes) noexcept;

}  // namespace samvev::store
