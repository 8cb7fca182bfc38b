#pragma once

#include <string>

#include "base/result.hpp"

namespace samvev::access {

// What issuers say to their client: to a code (RFC 6749 §5.1 and §5.2), and to a wish to log in
// that was pushed (RFC 9126 §2.2). What they say went wrong is for the log, not for the browser.

struct Tokens {
    std::string access;
    std::string id;
};
// Fails as refuse_login().
[[nodiscard]] Result<Tokens> read_token_response(const std::string& body);
// The name of the wish ("request_uri"). Fails with unavailable.
[[nodiscard]] Result<std::string> read_push_response(const std::string& body);
// Whether the issuer asks for a proof with its nonce (RFC 9449 §8).
[[nodiscard]] bool wants_nonce(const std::string& body);

// unauthenticated, data.reason "login".
[[nodiscard]] tl::unexpected<Error> refuse_login(std::string message);

}  // namespace samvev::access
