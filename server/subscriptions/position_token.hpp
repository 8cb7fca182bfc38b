#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/ids.hpp"

namespace samvev::subscriptions {

// Stands in a token for "before the first event": its next() is position 0.
inline constexpr store::Position before_first{std::numeric_limits<std::uint64_t>::max()};

// Positions on the wire: AES-128 of (epoch, position) under a key of the tenant, base64url, 22
// characters. Equal or not, nothing more, so that nobody counts others' activity. [any thread]
class PositionTokens {
public:
    // `secret`: at least 32 random bytes, kept with the data directory.
    explicit PositionTokens(std::string_view secret);
    ~PositionTokens();
    PositionTokens(const PositionTokens&) = delete;
    PositionTokens& operator=(const PositionTokens&) = delete;

    // `position` is that of an event (or before_first); what comes after it is what a reader with
    // this token gets.
    [[nodiscard]] std::string make(
        store::TenantId tenant, std::uint64_t epoch, store::Position position
    ) const;
    // Fails with invalid_argument (not a token of this tenant), gone (another epoch).
    [[nodiscard]] Result<store::Position> read(
        store::TenantId tenant, std::uint64_t epoch, std::string_view token
    ) const;

private:
    struct Keys;
    std::unique_ptr<Keys> keys_;
};

}  // namespace samvev::subscriptions
