#pragma once

#include <string_view>

#include "wire/peer.hpp"

namespace samvev::wire {

// Reads one frame (or POST body) and sets everything in it going; answers leave through the peer,
// now or later. `text` has simdjson::SIMDJSON_PADDING readable bytes after its end. [loop]
void run_frame(Peer& peer, std::string_view text);

}  // namespace samvev::wire
