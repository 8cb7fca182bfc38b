#pragma once

#include <cstdint>
#include <string_view>

namespace samvev::store {

// CRC-32C (Castagnoli, RFC 3720 §B.4) of `bytes`; uses the processor's instruction where there is
// one.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes) noexcept;

}  // namespace samvev::store
