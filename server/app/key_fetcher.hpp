#pragma once

#include <string>
#include <string_view>

#include "access/issuer_keys.hpp"
#include "base/result.hpp"

namespace samvev::app {

// Where a key set is fetched: https anywhere, http on this machine only.
struct KeyAddress {
    bool is_encrypted = true;
    std::string host;
    std::string port;    // "443"
    std::string target;  // "/jwks"
    friend bool operator==(const KeyAddress&, const KeyAddress&) = default;
};
// Fails with invalid_argument; the message says what to write instead.
[[nodiscard]] Result<KeyAddress> parse_key_address(std::string_view address);

// Reads a key set from its file or with one GET, no redirections, within limits::key_fetch_deadline
// and limits::key_set_bytes_max. The server's certificate must be valid for its name and issued by
// an authority that this machine trusts. Blocks: for a worker. Fails with unavailable.
[[nodiscard]] Result<std::string> fetch_keys(const access::KeySource& source);

}  // namespace samvev::app
