#pragma once

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "access/token_verifier.hpp"
#include "wire/byte_stream.hpp"
#include "wire/io_loop.hpp"
#include "wire/io_types.hpp"
#include "wire/server_state.hpp"

namespace samvev::wire {

using UpgradeRequest = boost::beast::http::request<boost::beast::http::empty_body>;

// What a WebSocket session starts with; a class with a constructor on purpose (g++ 12 and
// co_await).
class SessionStart {
public:
    SessionStart(ByteStream from_bytes, Seat from_seat, UpgradeRequest from_request)
        : bytes(std::move(from_bytes)),
          seat(std::move(from_seat)),
          request(std::move(from_request)) {}

    ByteStream bytes;
    Seat seat;
    UpgradeRequest request;
    bool offers_subprotocol = false;
    std::shared_ptr<const access::VerifiedActor> actor;  // null: authenticates later
    std::optional<SessionPlace> place;                   // with an actor
    std::string remote;                                  // for the log
    std::string browser;                                 // the cookie that the actor came by
};

// Takes over a connection whose upgrade request has been checked: JSON-RPC 2.0 over WebSocket until
// one side ends it. The session registers itself with `loop` (which counts it already) and removes
// itself when it is over. [loop]
void start_session(ServerState& state, IoLoop& loop, SessionStart start);

}  // namespace samvev::wire
