#pragma once

#include <string>
#include <string_view>

#include "access/browser_logins.hpp"
#include "access/issuer_keys.hpp"
#include "base/result.hpp"

namespace samvev::app {

// Where something of an issuer is fetched: https anywhere, http on this machine only.
struct KeyAddress {
    bool is_encrypted = true;
    std::string host;
    std::string port;    // "443"
    std::string target;  // "/jwks"
    friend bool operator==(const KeyAddress&, const KeyAddress&) = default;
};
// Fails with invalid_argument; the message says what to write instead.
[[nodiscard]] Result<KeyAddress> parse_key_address(std::string_view address);

// Reads a key set, or an issuer's metadata, from its file or with one GET; see send_request() for
// how. At most limits::key_set_bytes_max. Blocks: for a worker. Fails with unavailable.
[[nodiscard]] Result<std::string> fetch_keys(const access::KeySource& source);
// POSTs to an issuer what its client wants, and returns what it says, whatever the status.
// Likewise.
[[nodiscard]] Result<access::TokenAnswer> ask_for_tokens(const access::TokenRequest& request);

}  // namespace samvev::app
