#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace samvev::access {

// ECDSA on P-256 with SHA-256; signatures are the 64 bytes r||s of RFC 7518 §3.4, never DER.
// Concurrency: [any thread].
class Es256Key {
public:
    // From a PEM private key. Fails with invalid_argument: not a key, or not on P-256.
    [[nodiscard]] static Result<Es256Key> from_pem(std::string_view pem);
    // A new random key. Fails with internal when OpenSSL does.
    [[nodiscard]] static Result<Es256Key> make();

    Es256Key(Es256Key&& other) noexcept;
    Es256Key& operator=(Es256Key&& other) noexcept;
    ~Es256Key();

    [[nodiscard]] Result<std::string> to_pem() const;  // PKCS #8, not encrypted
    [[nodiscard]] Result<std::string> sign(std::string_view bytes) const;
    [[nodiscard]] bool verify(std::string_view bytes, std::string_view signature) const;

private:
    struct Key;
    explicit Es256Key(std::unique_ptr<Key> key);
    std::unique_ptr<Key> key_;
};

}  // namespace samvev::access
