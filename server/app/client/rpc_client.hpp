#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "app/client/endpoint.hpp"
#include "base/result.hpp"

namespace samvev::client {

// The server's answer to one call: a result, or an error of the protocol.
struct RpcError {
    int code = 0;
    std::string message;
    std::string data;  // JSON, or empty
};
struct RpcReply {
    std::string result;  // JSON; empty when there is an error
    std::optional<RpcError> error;
};

struct RpcClientSettings {
    Endpoint endpoint;
    std::string token;
    std::size_t in_flight_max = 32;           // Calls sent and not answered; the server allows 64.
    std::chrono::seconds first_patience{10};  // To reach the server at all.
    std::chrono::seconds patience{60};        // Without one answer, once it had been reached.
};

// JSON-RPC 2.0 over WebSocket against a Samvev server, many calls at a time over one connection.
//
// A call is sent until it has an answer: after a lost connection it is sent again, in the order of
// send(), and also when the server says "later" (overloaded, draining, read-only, outcome
// unknown). That is exact for queries, and for commands because each carries its commandId.
// Concurrency: one thread; everything happens inside run_until() and call().
class RpcClient {
public:
    using Done = std::function<void(const RpcReply&)>;

    RpcClient() = default;
    RpcClient(const RpcClient&) = delete;
    RpcClient& operator=(const RpcClient&) = delete;
    virtual ~RpcClient() = default;  // closes the connection; open calls are forgotten

    // `params` is a JSON object. `done` may send further calls.
    virtual void send(std::string method, std::string params, Done done) = 0;
    [[nodiscard]] virtual std::size_t open_calls() const noexcept = 0;
    // Works until at most `open_calls_max` calls are open. Fails, for good, with unavailable (no
    // answer for the given patience), unauthenticated (the token is refused) or internal (the
    // server answered against the protocol).
    [[nodiscard]] virtual Result<std::monostate> run_until(std::size_t open_calls_max) = 0;

    // One call and its answer. Not while others are open.
    [[nodiscard]] Result<RpcReply> call(const std::string& method, const std::string& params);
};

// Connects on the first run_until().
[[nodiscard]] std::unique_ptr<RpcClient> make_rpc_client(RpcClientSettings settings);

// "42201 rejected: coordination.consent-missing (/caseId)": code, message and reasons in one line.
[[nodiscard]] std::string to_text(const RpcError& error);

}  // namespace samvev::client
