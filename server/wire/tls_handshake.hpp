#pragma once

#include "base/clock.hpp"
#include "wire/byte_stream.hpp"

namespace samvev::wire {

enum class Handshake {
    done,
    in_the_clear,  // the client speaks something else, most likely HTTP; nothing was read
    failed         // refused by either side, broken off, or the socket was closed
};

// The TLS handshake of a connection behind TLS. Whoever closes the socket ends it. `bytes` outlives
// it. [loop]
[[nodiscard]] Task<Handshake> shake_hands(ByteStream& bytes);

// Says on a TLS port, to who speaks HTTP there, what to do instead: what the kernel takes at once.
void answer_in_the_clear(Socket& socket, base::Timestamp now);

}  // namespace samvev::wire
