#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "access/browser_logins.hpp"
#include "access/issuer.hpp"
#include "access/login_endpoints.hpp"
#include "access/pending_logins.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace samvev::access {

// This server as a client of one issuer: where browsers are sent, and what is asked for their
// codes. Concurrency: [any thread] once the secret is read. The endpoints are read once, and then
// constant.
class IssuerClient {
public:
    explicit IssuerClient(IssuerSettings with) : settings(std::move(with)) {}

    // At the start. Fails with invalid_argument, naming the file.
    [[nodiscard]] Result<void> read_secret();
    // Null until load() has been good.
    [[nodiscard]] const LoginEndpoints* endpoints() const;
    // Blocks as `fetch` does. Fails like it, and as read_login_endpoints().
    [[nodiscard]] Result<void> load(const FetchKeys& fetch);
    // Whether it is time to load; says so to one only.
    [[nodiscard]] bool may_load(base::Timestamp now);

    // OpenID Connect Core 1.0 §3.1.2.1 with PKCE (RFC 7636 §4.3).
    [[nodiscard]] std::string location_of(
        const LoginEndpoints& at, const PendingLogin& login, const std::string& state
    ) const;
    // §3.1.3.1; the client is known by its secret (client_secret_basic or _post), or by nothing.
    [[nodiscard]] TokenRequest request_for(
        const LoginEndpoints& at, const PendingLogin& login, const std::string& code
    ) const;

    const IssuerSettings settings;

private:
    std::string secret_;
    mutable std::mutex mutex_;  // Guards the rest; endpoints, once there, are constant.
    std::optional<LoginEndpoints> endpoints_;
    std::optional<base::Timestamp> attempted_;
};

}  // namespace samvev::access
