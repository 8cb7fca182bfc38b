#pragma once

#include <string>
#include <string_view>

#include "access/compact_jws.hpp"
#include "access/es256.hpp"
#include "base/result.hpp"

namespace samvev::access {

// The claims (JSON text) of a compact JWS whose header says exactly ES256, whose type is JWT or
// at+jwt and whose signature is `key`'s. The claims are not looked at.
// Fails with unauthenticated, data.reason "malformed", "algorithm" or "signature". [any thread]
[[nodiscard]] Result<std::string> open_es256_jws(const Es256Key& key, std::string_view token);

// Signs `claims` (JSON text) as a compact JWS with type at+jwt.
[[nodiscard]] Result<std::string> make_es256_jws(const Es256Key& key, std::string_view claims);

}  // namespace samvev::access
