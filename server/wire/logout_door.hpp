#pragma once

#include "wire/http_decision.hpp"

namespace samvev::wire {

// POST /logout/v1, OpenID Connect Back-Channel Logout 1.0: an issuer tells that a login has ended.
// No token of ours is asked for; the logout token in the body is signed by the issuer.

// Ends the logins that the body (application/x-www-form-urlencoded, one logout_token) names, for
// good: also after a restart. Has their sessions closed with 4401. 200, 400 with
// {"error":"invalid_request",…} (§2.8), or 503 while the issuer's keys are being fetched, or when
// it could not be made durable: the issuer tells it again.
[[nodiscard]] HttpDecision decide_logout(ServerState& state, const ArrivedRequest& request);

}  // namespace samvev::wire
