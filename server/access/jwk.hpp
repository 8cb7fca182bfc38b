#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "access/algorithm.hpp"
#include "access/compact_jws.hpp"
#include "base/result.hpp"

namespace samvev::access {

// A public key of a JWK (RFC 7517): RSA of 2048 to 8192 bits, or P-256, P-384, P-521.
// Only kty, n, e, crv, x, y, kid, use, key_ops and alg are read: certificates and addresses that
// stand beside them (x5c, x5u) are not, and private members of a key set are not taken in.
// Concurrency: [any thread] once made.
class Jwk {
public:
    // `json` is one JWK. Fails with unsupported (another kind of key, or not for signatures) or
    // invalid_argument (malformed, too weak, point not on its curve); the message says which.
    [[nodiscard]] static Result<Jwk> import(std::string_view json);

    Jwk(Jwk&& other) noexcept;
    Jwk& operator=(Jwk&& other) noexcept;
    ~Jwk();

    [[nodiscard]] const std::string& key_id() const noexcept;  // or empty
    // Whether the key's type, curve and own "alg" allow it.
    [[nodiscard]] bool fits(Algorithm algorithm) const noexcept;
    // Whether `jws`, whose header says `algorithm`, is signed with this key. Signatures have
    // exactly the size of their algorithm (RFC 7518 §3.4: r||s, never DER).
    [[nodiscard]] bool verify(const CompactJws& jws, Algorithm algorithm) const;
    // RFC 7638 with SHA-256, base64url: what "cnf" calls jkt.
    [[nodiscard]] const std::string& thumbprint() const noexcept;

private:
    struct Key;
    explicit Jwk(std::unique_ptr<Key> key);
    std::unique_ptr<Key> key_;
};

}  // namespace samvev::access
