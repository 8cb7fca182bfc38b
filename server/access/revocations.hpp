#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "access/token_identity.hpp"
#include "base/clock.hpp"

namespace samvev::access {

// Logins that were ended before their tokens expire. An entry is kept for limits::revocation_kept,
// longer than an access token lives.
// Concurrency: [any thread]. Limitations: in memory, so a restart forgets it and tokens of ended
// logins work again until they expire; at most limits::revocations_max, then the oldest gives way.
class Revocations {
public:
    explicit Revocations(const base::Clock& clock) : clock_(clock) {}

    void end(const EndedLogin& ended);
    // This one token, whatever else its login has.
    void end_token(const std::string& issuer, const std::string& token_id);
    // Whether the login of a token is over; by its session, its own id, or because it was issued
    // before all of its subject's were ended.
    [[nodiscard]] bool has_ended(const TokenIdentity& token) const;
    [[nodiscard]] std::size_t size() const;

private:
    enum class What : char { session, subject, token };
    using Key = std::pair<What, std::string>;  // issuer and value, with a line break between
    static Key key(What what, const std::string& issuer, const std::string& value);
    void add(Key what);

    const base::Clock& clock_;
    mutable std::mutex mutex_;  // Guards both; an ended key stands in `order_` once per ending.
    std::map<Key, base::Timestamp> ended_;
    std::deque<std::pair<base::Timestamp, Key>> order_;
};

}  // namespace samvev::access
