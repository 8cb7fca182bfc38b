#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "access/algorithm.hpp"
#include "base/json_text.hpp"
#include "base/result.hpp"

namespace samvev::access {

// A private key of this server's own, with which it proves to issuers who it is: RSA of 2048 bits
// or more, or on P-256, P-384 or P-521. Concurrency: [any thread].
class SigningKey {
public:
    // From a private key in PEM without a passphrase, or a private JWK (RFC 7517). Fails with
    // invalid_argument; the message never quotes the key.
    [[nodiscard]] static Result<SigningKey> parse(std::string_view text);
    // A new random key on P-256. Fails with internal when OpenSSL does.
    [[nodiscard]] static Result<SigningKey> make();

    SigningKey(SigningKey&& other) noexcept;
    SigningKey& operator=(SigningKey&& other) noexcept;
    ~SigningKey();

    // What it signs with, for somebody who takes `taken` (names; empty: who does not say): the
    // JWK's own "alg", else PS256 before RS256, or that of its curve. Absent when there is none.
    [[nodiscard]] std::optional<Algorithm> choose(std::span<const std::string> taken) const;
    [[nodiscard]] const std::string& key_id() const noexcept;  // "kid" of the JWK, or empty
    // The public half as a JWK with the members of its thumbprint and no others.
    [[nodiscard]] const std::string& public_jwk() const noexcept;
    // A compact JWS of `claims`; "alg" is added to `header`. Fails with internal when OpenSSL does.
    [[nodiscard]] Result<std::string> sign(
        Algorithm algorithm, base::JsonObject header, std::string_view claims
    ) const;

private:
    struct Key;
    explicit SigningKey(std::unique_ptr<Key> key);
    std::unique_ptr<Key> key_;
};

}  // namespace samvev::access
