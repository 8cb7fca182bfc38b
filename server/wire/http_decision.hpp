#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

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
    RemoteNetwork network{};    // where that is
};

// POST /rpc/v1: read the body, then run it.
struct ReadBody {
    std::shared_ptr<const access::VerifiedActor> actor;  // null: nobody
};
// What is answered beside this thread, which does not wait: by an issuer, or by the disk.
struct AnswerLater {
    // Makes the reply, on the connection's loop: the server is there as long as that is.
    using MakeReply = std::function<HttpReply()>;
    // Runs its argument once, on any thread.
    std::function<void(std::function<void(MakeReply)>)> begin;
};
// Read the body, then go on with it.
struct ReadText {
    std::function<AnswerLater(std::string body)> then;
};
// GET /ws/v1: shake hands.
struct BecomeSession {
    std::shared_ptr<const access::VerifiedActor> actor;  // null: authenticates in-band
    std::optional<SessionPlace> place;                   // with an actor
    bool offers_subprotocol = false;
    std::string browser;  // the cookie that the actor came by, or empty
};
using HttpDecision = std::variant<HttpReply, ReadBody, ReadText, AnswerLater, BecomeSession>;
// For what turns out to be known at once.
[[nodiscard]] AnswerLater answer_now(HttpReply reply);

// What to do, from the header alone: 401, 403, 405, 415 and 426 are told as ordinary HTTP answers
// before a byte of the body is asked for. Verifies tokens. [any thread]
[[nodiscard]] HttpDecision decide_http(ServerState& state, const ArrivedRequest& request);

}  // namespace samvev::wire
