#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/client/endpoint.hpp"

namespace samvev::test {

// A WebSocket server on a free port of the loopback, one connection at a time, on a thread of its
// own. For what a real server does too seldom: to lose connections, to be overloaded, to refuse.
class FakeRpcServer {
public:
    // What to do with one message: the answer, or an empty text to drop the connection.
    using Answer = std::function<std::string(const std::string& message)>;
    // The HTTP status for an Authorization header; 101 to accept.
    using Admit = std::function<int(const std::string& authorization)>;

    explicit FakeRpcServer(Answer answer, Admit admit = [](const std::string&) { return 101; });
    ~FakeRpcServer();
    FakeRpcServer(const FakeRpcServer&) = delete;
    FakeRpcServer& operator=(const FakeRpcServer&) = delete;

    [[nodiscard]] client::Endpoint endpoint() const;
    // Connections accepted so far.
    [[nodiscard]] int connections() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace samvev::test
