#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace samvev::base {

using Digest = std::array<std::uint8_t, 32>;

// SHA-256 (FIPS 180-4) in steps. Not thread-safe; one use per object.
class Sha256 {
public:
    Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    ~Sha256();

    void update(std::string_view bytes);
    // u64 big-endian length, then the bytes: so that ("ab","c") and ("a","bc") differ.
    void update_length_prefixed(std::string_view bytes);
    [[nodiscard]] Digest finish();

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

[[nodiscard]] Digest sha256(std::string_view bytes);
// HMAC-SHA-256 (RFC 2104).
[[nodiscard]] Digest hmac_sha256(std::string_view key, std::string_view bytes);
[[nodiscard]] inline std::string_view as_view(const Digest& digest) noexcept {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
// Lower-case hexadecimal of any bytes.
[[nodiscard]] std::string to_hex(std::string_view bytes);
// Base64url without padding (RFC 4648 §5).
[[nodiscard]] std::string to_base64url(std::string_view bytes);

}  // namespace samvev::base
