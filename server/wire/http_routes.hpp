#pragma once

#include <string_view>

#include "wire/http_reply.hpp"
#include "wire/server_state.hpp"

namespace samvev::wire {

// Path and query of a request target; the authority of the absolute form is left out.
struct Target {
    std::string_view path;
    std::string_view query;
};
[[nodiscard]] Target read_target(std::string_view target) noexcept;

inline constexpr std::string_view websocket_path = "/ws/v1";
inline constexpr std::string_view rpc_path = "/rpc/v1";
inline constexpr std::string_view logout_path = "/logout/v1";

// The answer to GET (and HEAD) of everything but the WebSocket door: /livez, /readyz, /metrics,
// /openrpc.json. No token is asked for: no personal data is behind them. [any thread]
[[nodiscard]] HttpReply answer_get(
    const ServerState& state, const Target& target, ListenerKind listener
);
// Whether there is something at `path` for GET.
[[nodiscard]] bool is_get_path(
    const ServerState& state, std::string_view path, ListenerKind listener
) noexcept;

// 503, to be tried again in a moment.
[[nodiscard]] HttpReply busy_reply(std::string why);
// The same, for who has as many connections as one address may.
[[nodiscard]] HttpReply too_many_connections_reply();
[[nodiscard]] HttpReply not_found_reply();
// Whether that Content-Type is JSON's, and the 415 when it is not.
[[nodiscard]] bool is_json(std::string_view content_type);
[[nodiscard]] HttpReply not_json_reply();
// 405 with Allow.
[[nodiscard]] HttpReply method_not_allowed_reply(std::string_view allowed);

}  // namespace samvev::wire
