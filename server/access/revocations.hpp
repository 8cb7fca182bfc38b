#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "access/kept_rows.hpp"
#include "access/token_identity.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"

namespace samvev::access {

// Logins that were ended before their tokens expire. An entry is kept for limits::revocation_kept,
// longer than an access token lives. Stored, so that a restart forgets none:
//
//   row = "r" digest -> time
//   digest = HMAC-SHA-256 of kind, issuer and value, so that no row names anybody
//   time = u64 microseconds since 1970, big-endian
//
// Concurrency: [any thread]. Limitations: at most limits::revocations_max, then the oldest gives
// way.
class Revocations {
public:
    // Without rows in memory only, for tests beside them. The rows outlive this; the secret has 32
    // random bytes.
    explicit Revocations(
        const base::Clock& clock, KeptRows* rows = nullptr, std::string secret = {}
    )
        : clock_(clock), rows_(rows), secret_(std::move(secret)) {}

    // What was ended before this start. Before the first look. Fails like KeptRows.
    [[nodiscard]] Result<void> load();

    // In force at once, and durable when it returns, which waits for the disk. Fails like KeptRows,
    // and is in force until the next start then.
    [[nodiscard]] Result<void> end(const EndedLogin& ended);
    // This one token, whatever else its login has.
    [[nodiscard]] Result<void> end_token(const std::string& issuer, const std::string& token_id);
    // Whether the login of a token is over; by its session, its own id, or because it was issued
    // before all of its subject's were ended.
    [[nodiscard]] bool has_ended(const TokenIdentity& token) const;
    [[nodiscard]] std::size_t size() const;

private:
    enum class What : char { session, subject, token };
    [[nodiscard]] base::Digest key(What what, const std::string& issuer, const std::string& value)
        const;
    [[nodiscard]] Result<void> add(const base::Digest& what);

    const base::Clock& clock_;
    KeptRows* const rows_;
    const std::string secret_;
    mutable std::mutex mutex_;  // Guards both; an ended key stands in `order_` once per ending.
    std::map<base::Digest, base::Timestamp> ended_;
    std::deque<std::pair<base::Timestamp, base::Digest>> order_;
};

}  // namespace samvev::access
