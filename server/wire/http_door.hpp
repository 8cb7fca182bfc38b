#pragma once

#include "wire/http_routes.hpp"
#include "wire/io_loop.hpp"
#include "wire/io_types.hpp"
#include "wire/server_state.hpp"

namespace samvev::wire {

// Serves HTTP/1.1 on an accepted socket: the small GET paths, POST /rpc/v1, and the way into a
// WebSocket session, which takes the socket over. Registers itself with `loop` (which counts it
// already). Every request's header is read before anything is decided, since only then can 401, 403
// or 426 be told as such. [loop]
void start_http(ServerState& state, IoLoop& loop, Socket socket, ListenerKind listener);

}  // namespace samvev::wire
