#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace samvev::access {

// Longer tokens are refused before anything is decoded.
inline constexpr std::size_t token_bytes_max = 8 * 1024;

// A compact JWS (RFC 7515 §3.1) taken apart, and nothing believed yet.
struct CompactJws {
    std::string_view token;         // what was parsed
    std::string_view signed_bytes;  // header.claims as they came; a part of `token`
    std::string header;             // JSON text: an object without duplicate keys
    std::string claims;             // decoded, not looked at
    std::string signature;
    std::string algorithm;  // "alg" as it stands there; empty, and so no algorithm, when no text
    std::string type;       // "typ", or empty
    std::string key_id;     // "kid", or empty: a key of a map and nothing else
};

// Takes `token` apart. Exactly three parts in strict base64url, at most token_bytes_max, a header
// that is a JSON object, and neither "crit" nor "zip": nothing is understood that
// could be critical, and nothing is unpacked. Keys that the token brings along (jwk, jku, x5u, x5c)
// are not looked at. The result points into `token`.
// Fails with unauthenticated, data.reason "malformed". [any thread]
[[nodiscard]] Result<CompactJws> parse_compact_jws(std::string_view token);

// unauthenticated with data.reason; the message never quotes the token.
[[nodiscard]] tl::unexpected<Error> refuse_token(std::string_view reason, std::string message);

}  // namespace samvev::access
