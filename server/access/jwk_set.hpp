#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/jwk.hpp"
#include "base/result.hpp"

namespace samvev::access {

// An issuer's public keys (RFC 7517 §5). Constant once made; [any thread].
class JwkSet {
public:
    // Keys that cannot be used here are left out and named in skipped(): issuers publish keys for
    // encryption and of new kinds beside those that sign. Fails with invalid_argument: no JSON
    // object with "keys", more than limits::key_set_bytes_max or key_set_keys_max, or no key is
    // left.
    [[nodiscard]] static Result<JwkSet> parse(std::string_view json);

    // The one key of that id that fits; null when there is none, or more than one.
    [[nodiscard]] const Jwk* find(std::string_view key_id, Algorithm algorithm) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
    // "key 2: its kty is neither RSA nor EC", by the place in the set.
    [[nodiscard]] const std::vector<std::string>& skipped() const noexcept { return skipped_; }

private:
    std::vector<Jwk> keys_;
    std::vector<std::string> skipped_;
};

}  // namespace samvev::access
