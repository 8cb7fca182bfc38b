#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

#include "access/algorithm.hpp"

namespace samvev::test {

// An issuer's private key, made with OpenSSL and not with the code under test.
class MintKey {
public:
    // "RSA" with `bits`, or a curve: "P-256", "P-384", "P-521". Aborts when OpenSSL fails.
    static MintKey rsa(unsigned bits);
    static MintKey on_curve(std::string_view curve);

    // The public JWK with that kid; `more` is written behind, like R"(,"use":"sig")".
    [[nodiscard]] std::string jwk(std::string_view kid, std::string_view more = {}) const;
    // The same with the members that are nobody else's.
    [[nodiscard]] std::string private_jwk(std::string_view kid, std::string_view more = {}) const;
    [[nodiscard]] std::string private_pem() const;
    // JWS signature of `bytes`: r||s for elliptic curves.
    [[nodiscard]] std::string sign(std::string_view bytes, access::Algorithm algorithm) const;
    // As DER, which no JWS may have.
    [[nodiscard]] std::string sign_der(std::string_view bytes) const;
    // The public key as PEM: what an attacker may use as an HMAC secret.
    [[nodiscard]] std::string public_pem() const;
    // A compact JWS of header and claims as they are given.
    [[nodiscard]] std::string token(
        std::string_view header, std::string_view claims, access::Algorithm algorithm
    ) const;

private:
    explicit MintKey(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}
    [[nodiscard]] std::string number(const char* name, std::size_t bytes) const;
    std::shared_ptr<EVP_PKEY> key_;
};

// base64url(header).base64url(claims)
[[nodiscard]] std::string signing_input(std::string_view header, std::string_view claims);

}  // namespace samvev::test
