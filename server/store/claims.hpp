#pragma once

#include <string>
#include <string_view>

#include "store/commit.hpp"
#include "store/ids.hpp"

namespace samvev::store {

// Turns a unique value (a national number, a plan's person) into the key it is claimed under:
// HMAC-SHA-256 under a key per tenant, so that neither the disk nor another tenant can tell the
// value or compare it. [any thread]
class ClaimHasher {
public:
    // The tenants' keys are derived from the server's secret, at least 32 random bytes.
    explicit ClaimHasher(std::string server_secret);

    // The same tenant, name and value always give the same key; values are compared byte by byte,
    // so the caller normalises them.
    [[nodiscard]] ClaimKey hash(TenantId tenant, std::string_view name, std::string_view value)
        const;

private:
    const std::string server_secret_;
};

}  // namespace samvev::store
