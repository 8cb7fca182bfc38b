#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "access/browser_logins.hpp"
#include "access/issuer.hpp"
#include "access/login_endpoints.hpp"
#include "access/pending_logins.hpp"
#include "access/signing_key.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace samvev::access {

// This server as a client of one issuer: where browsers are sent, and what is asked for their
// codes. It is known there by a key (private_key_jwt, OpenID Connect Core 1.0 §9), by a secret
// (client_secret_basic or _post), or by nothing. Where every token must be bound to a key
// (ProofPolicy::require), it has the tokens of a login bound to one of its own (DPoP, RFC 9449).
//
// Concurrency: [any thread] once prepared. The endpoints are read once, and then constant.
class IssuerClient {
public:
    explicit IssuerClient(IssuerSettings with) : settings(std::move(with)) {}

    // At the start: reads the secret or the key. Fails with invalid_argument, naming the file.
    [[nodiscard]] Result<void> prepare();
    // Null until load() has been good.
    [[nodiscard]] const LoginEndpoints* endpoints() const;
    // Blocks as `fetch` does. Fails like it, and as read_login_endpoints().
    [[nodiscard]] Result<void> load(const FetchKeys& fetch);
    // Whether it is time to load; says so to one only.
    [[nodiscard]] bool may_load(base::Timestamp now);

    // Whether the wish is pushed before the browser leaves (RFC 9126): where the issuer wants it
    // so, and by a client that proves who it is with a key.
    [[nodiscard]] bool pushes(const LoginEndpoints& at) const;
    // OpenID Connect Core 1.0 §3.1.2.1 with PKCE (RFC 7636 §4.3).
    [[nodiscard]] std::string location_of(
        const LoginEndpoints& at, const PendingLogin& login, const std::string& state
    ) const;
    // The same for what was pushed under that name.
    [[nodiscard]] std::string location_of(const LoginEndpoints& at, std::string_view request_uri)
        const;
    // What one request needs that no other may have had.
    struct Fresh {
        std::string id;  // "jti"
        base::Timestamp now;
        std::string nonce{};  // the issuer's, for the proof; or empty
    };
    // Both fail with invalid_argument when the issuer takes nothing that the key signs.
    [[nodiscard]] Result<TokenRequest> push_of(
        const LoginEndpoints& at, const PendingLogin& login, const std::string& state,
        const Fresh& fresh
    ) const;
    // §3.1.3.1.
    [[nodiscard]] Result<TokenRequest> request_for(
        const LoginEndpoints& at, const PendingLogin& login, const std::string& code,
        const Fresh& fresh
    ) const;
    // Thumbprint of the key that tokens are bound to; empty: to none.
    [[nodiscard]] const std::string& binding() const noexcept { return binding_; }

    const IssuerSettings settings;

private:
    [[nodiscard]] std::string wish_of(const PendingLogin& login, const std::string& state) const;
    [[nodiscard]] Result<void> authenticate(
        TokenRequest& request, const LoginEndpoints& at, const Fresh& fresh
    ) const;
    [[nodiscard]] Result<void> prove(
        TokenRequest& request, const LoginEndpoints& at, const Fresh& fresh
    ) const;

    std::string secret_;
    std::optional<SigningKey> key_;
    std::optional<SigningKey> proof_key_;  // of this run alone
    std::string binding_;
    mutable std::mutex mutex_;  // Guards the rest; endpoints, once there, are constant.
    std::optional<LoginEndpoints> endpoints_;
    std::optional<base::Timestamp> attempted_;
};

}  // namespace samvev::access
