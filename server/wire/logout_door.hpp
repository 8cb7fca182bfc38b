#pragma once

#include <optional>
#include <string_view>

#include "wire/http_reply.hpp"
#include "wire/server_state.hpp"
#include "wire/upgrade.hpp"

namespace samvev::wire {

// POST /logout/v1, OpenID Connect Back-Channel Logout 1.0: an issuer tells that a login has ended.
// No token of ours is asked for; the logout token in the body is signed by the issuer.

// Why not, from the header alone: another method, or no form.
[[nodiscard]] std::optional<HttpReply> refuse_logout(const HttpHeader& header);

// Ends the logins that `form` (application/x-www-form-urlencoded, one logout_token) names, and has
// their sessions closed with 4401. 200, 400 with {"error":"invalid_request",…} (§2.8), or 503
// while the issuer's keys are being fetched. [any thread]
[[nodiscard]] HttpReply answer_logout(
    ServerState& state, std::string_view form, std::string_view remote
);

}  // namespace samvev::wire
