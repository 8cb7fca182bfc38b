#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "wire/http_routes.hpp"
#include "wire/io_loop.hpp"
#include "wire/server_state.hpp"

namespace samvev::wire {

struct ListenAddress {
    std::string host;
    std::uint16_t port = 0;
    ListenerKind kind = ListenerKind::main;
};

// Accepts connections on the first of `loops` and gives each to the emptiest. Out of files or
// memory it waits a moment and goes on; without a seat it answers 503. It is a connection
// of the first loop itself, so that draining and aborting the loop ends it.
struct Listening {
    tcp::endpoint endpoint;  // with the real port
};
// Binds and starts. Fails with unavailable. `state` and `loops` outlive the listener. [before
// start]
[[nodiscard]] Result<Listening> listen(
    ServerState& state, const std::vector<std::unique_ptr<IoLoop>>& loops,
    const ListenAddress& address
);

}  // namespace samvev::wire
