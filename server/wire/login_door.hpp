#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "access/browser_logins.hpp"
#include "wire/http_decision.hpp"

namespace samvev::wire {

// The doors of browsers, when they may log in here at all:
//   GET  /login/v1?issuer&to&level&unit&purpose   on the way to the issuer
//   GET  /login/v1/callback?code&state            and back
//   GET  /login/v1/session                        {"csrf":…,"principal":{…}} for the page
//   POST /login/v1/logout                         {"location":…}: where the issuer's login ends
// Absent for other paths.
[[nodiscard]] std::optional<HttpDecision> decide_login(
    ServerState& state, const ArrivedRequest& request, const Target& target
);
// The answers when the issuer has been asked.
using LoginOutcome =
    std::variant<Result<access::BrowserLogins::Begun>, Result<access::BrowserLogins::Finished>>;
[[nodiscard]] HttpReply login_reply(
    ServerState& state, const LoginOutcome& outcome, const TraceId& trace
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
