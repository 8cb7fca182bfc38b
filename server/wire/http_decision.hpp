#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "access/browser_logins.hpp"
#include "access/token_verifier.hpp"
#include "wire/http_reply.hpp"
#include "wire/http_routes.hpp"
#include "wire/server_state.hpp"
#include "wire/trace.hpp"
#include "wire/upgrade.hpp"

namespace samvev::wire {

// A request whose header has been read and nothing else.
struct ArrivedRequest {
    const HttpHeader& header;
    ListenerKind listener = ListenerKind::main;
    bool has_body = false;        // by its header
    bool has_more_bytes = false;  // something came right behind the header
    TraceId trace;
    std::string_view remote{};  // for the log
};

// POST /rpc/v1: read the body, then run it.
struct ReadBody {
    std::shared_ptr<const access::VerifiedActor> actor;  // null: nobody
};
// POST /logout/v1: read the body, then end whom it names.
struct ReadLogout {};
// GET /login/v1 and /login/v1/callback: ask the issuer, beside this thread.
struct AskIssuer {
    std::variant<access::BrowserLogins::Wish, access::BrowserLogins::Return> what;
};
// GET /ws/v1: shake hands.
struct BecomeSession {
    std::shared_ptr<const access::VerifiedActor> actor;  // null: authenticates in-band
    std::optional<SessionPlace> place;                   // with an actor
    bool offers_subprotocol = false;
    std::string browser;  // the cookie that the actor came by, or empty
};
using HttpDecision = std::variant<HttpReply, ReadBody, ReadLogout, AskIssuer, BecomeSession>;

// What to do, from the header alone: 401, 403, 405, 415 and 426 are told as ordinary HTTP answers
// before a byte of the body is asked for. Verifies tokens. [any thread]
[[nodiscard]] HttpDecision decide_http(ServerState& state, const ArrivedRequest& request);

}  // namespace samvev::wire
