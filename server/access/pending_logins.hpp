#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "access/assurance.hpp"
#include "access/issuer.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"

namespace samvev::access {

// A login between the browser's leaving for the issuer and its return.
struct PendingLogin {
    const IssuerSettings* issuer = nullptr;
    std::string nonce;
    std::string verifier;  // of PKCE (RFC 7636 §4.1)
    std::string redirect_uri;
    std::string return_to;
    std::string unit;
    std::string purpose;
    Assurance level = Assurance::none;  // asked for
    base::Digest browser{};             // SHA-256 of the cookie that the browser was given
    base::Timestamp begun{};
};

// By state. Each is taken once, within limits::login_pending_max.
// Concurrency: [any thread]. Limitations: in memory, so that a restart ends logins under way; at
// most limits::logins_pending_max, then whoever began first gives way.
class PendingLogins {
public:
    void add(const std::string& state, PendingLogin login);
    // Absent when there is none, or it is too old.
    [[nodiscard]] std::optional<PendingLogin> take(const std::string& state, base::Timestamp now);
    [[nodiscard]] std::size_t size() const;

private:
    mutable std::mutex mutex_;  // Guards both; taken states stay in `order_` until they are oldest.
    std::map<std::string, PendingLogin> logins_;
    std::deque<std::string> order_;
};

}  // namespace samvev::access
