#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "access/principal.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"

namespace samvev::access {

// What tokens were found to say, by their SHA-256, so that a client that sends the same one with
// each request has its signature checked once. The token itself is not kept.
// Concurrency: [any thread]. Limitations: at most `entries_max`; the oldest one gives way.
class VerifiedTokens {
public:
    explicit VerifiedTokens(std::size_t entries_max) : entries_max_(entries_max) {}

    struct Verified {
        Principal principal;
        std::uint64_t generation = 0;  // of the issuer's keys
    };
    // Absent when it is not known or has expired.
    [[nodiscard]] std::optional<Verified> find(const base::Digest& token, base::Timestamp now);
    void remember(const base::Digest& token, Verified verified);
    [[nodiscard]] std::size_t size();

private:
    struct Hash {
        std::size_t operator()(const base::Digest& digest) const noexcept;
    };

    const std::size_t entries_max_;
    std::mutex mutex_;  // Guards both; each key of the map stands in `order_` exactly once.
    std::unordered_map<base::Digest, Verified, Hash> entries_;
    std::deque<base::Digest> order_;
};

}  // namespace samvev::access
