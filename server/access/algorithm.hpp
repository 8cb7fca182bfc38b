#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace samvev::access {

// The signature algorithms of RFC 7518 §3.1 that this server takes from an issuer. `none`, HS* and
// EdDSA have no value here, so that nothing can let them through.
enum class Algorithm : std::uint8_t {
    rs256,
    rs384,
    rs512,
    ps256,
    ps384,
    ps512,
    es256,
    es384,
    es512
};

enum class KeyType : std::uint8_t { rsa, elliptic_curve };

struct AlgorithmRules {
    Algorithm algorithm;
    std::string_view name;           // "RS256", exactly
    KeyType key_type;                // the only one that fits
    std::string_view curve;          // "P-256", the only one that fits; empty for RSA
    std::size_t signature_bytes{0};  // r||s; 0 for RSA: as long as the modulus
};

// By its exact name; "rs256" is nothing.
[[nodiscard]] std::optional<Algorithm> find_algorithm(std::string_view name) noexcept;
[[nodiscard]] const AlgorithmRules& rules_of(Algorithm algorithm) noexcept;
[[nodiscard]] std::string_view to_text(Algorithm algorithm) noexcept;

}  // namespace samvev::access
