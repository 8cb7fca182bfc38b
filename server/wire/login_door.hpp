#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "access/token_verifier.hpp"
#include "wire/http_decision.hpp"

namespace samvev::wire {

// The doors of browsers, when they may log in here at all:
//   GET  /login/v1?issuer&to&level&unit&purpose   on the way to the issuer
//   GET  /login/v1/callback?code&state            and back
//   POST /login/v1/invitation   {"code":…}        instead of an issuer, who has no eID: answers as
//   GET  /login/v1/session                        {"csrf":…,"principal":{…}} for the page
//   POST /login/v1/logout                         {"location":…}: where the issuer's login ends
// The ways in have a limit per address: 429 with Retry-After. Absent for other paths.
[[nodiscard]] std::optional<HttpDecision> decide_login(
    ServerState& state, const ArrivedRequest& request, const Target& target
);
struct Browser {
    std::string cookie;
    std::shared_ptr<const access::VerifiedActor> actor;
};
// Whose session the cookie of a request without a token is; absent when there is no cookie. A
// cookie is sent by the browser, whichever page asked: so the page must be this server's, by an
// Origin that is there and exactly ours, and by `csrf`, which only our pages can read. A reply says
// which of them is missing. [any thread]
[[nodiscard]] std::variant<std::optional<Browser>, HttpReply> admit_browser(
    ServerState& state, const ArrivedRequest& request, std::string_view csrf
);
// Scheme, host and port of the address under which browsers know this server, as in their Origin.
[[nodiscard]] std::string public_origin(const ServerState& state);
// The header that POST requests of our pages carry.
[[nodiscard]] std::string_view csrf_header(const HttpHeader& header);

}  // namespace samvev::wire
