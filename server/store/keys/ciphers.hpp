#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/keys/secret.hpp"

namespace samvev::store {

// The three algorithms that sealing is made of, by OpenSSL. All [any thread]. What does not verify
// is absent; why is never said.

inline constexpr std::size_t nonce_bytes = 12;
inline constexpr std::size_t tag_bytes = 16;
using Nonce = std::array<std::uint8_t, nonce_bytes>;

// AES-256-GCM (NIST SP 800-38D): ciphertext as long as the text, then the tag. A nonce must never
// be used twice with a key.
[[nodiscard]] std::string gcm_seal(
    const Secret& key, const Nonce& nonce, std::string_view associated, std::string_view text
);
[[nodiscard]] std::optional<std::string> gcm_open(
    const Secret& key, const Nonce& nonce, std::string_view associated, std::string_view sealed
);

// AES-256 key wrap (RFC 3394): 40 bytes. It needs no nonce, and notices another key or a changed
// bit.
inline constexpr std::size_t wrapped_bytes = Secret::size + 8;
[[nodiscard]] std::string wrap_key(const Secret& wrapping, const Secret& key);
[[nodiscard]] std::optional<Secret> unwrap_key(const Secret& wrapping, std::string_view wrapped);

// HKDF-SHA-256 (RFC 5869) without salt: what is derived for one purpose says nothing of another.
[[nodiscard]] Secret derive_secret(const Secret& key, std::string_view purpose);

}  // namespace samvev::store
