#pragma once

#include <string>
#include <utility>

#include "wire/io_loop.hpp"
#include "wire/io_types.hpp"
#include "wire/seats.hpp"
#include "wire/server_state.hpp"

namespace samvev::wire {

// An accepted socket and its place. It has a constructor on purpose (g++ 12 and co_await).
class Arrived {
public:
    Arrived(
        Socket from_socket, Seat from_seat, ListenerKind from_listener,
        const AddressBytes& from_address
    )
        : socket(std::move(from_socket)),
          seat(std::move(from_seat)),
          listener(from_listener),
          address(from_address) {}

    Socket socket;
    Seat seat;
    ListenerKind listener;
    AddressBytes address;
    std::string remote;  // "192.0.2.1:50000", for the log
};

// Serves HTTP/1.1 on an accepted socket: the small GET paths, POST /rpc/v1, and the way into a
// WebSocket session, which takes the socket over. Registers itself with `loop` (which counts it
// already). Every request's header is read before anything is decided, since only then can 401, 403
// or 426 be told as such. [loop]
void start_http(ServerState& state, IoLoop& loop, Arrived arrived);

}  // namespace samvev::wire
