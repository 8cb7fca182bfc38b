#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/actor.hpp"
#include "base/result.hpp"

namespace samvev::dispatch {

// Set by the caller to withdraw a call; looked at where waiting would otherwise go on. [any thread]
class CancelToken {
public:
    void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool cancelled() const noexcept {
        return cancelled_.load(std::memory_order_relaxed);
    }

private:
    std::atomic<bool> cancelled_{false};
};

// One call from any door.
struct Request {
    std::string method;
    std::string params;                          // a JSON object; "{}" when absent
    std::shared_ptr<const access::Actor> actor;  // absent: not authenticated yet
    std::shared_ptr<const CancelToken> cancel;   // may be absent
    std::string traceparent{};                   // the connection's; a command's own comes first
    std::optional<std::string> due_at;           // set by the timer service only: RFC 3339
};

// The `result` as JSON text, or an Error. Runs exactly once, on any thread; quick, must not throw.
using Completion = std::function<void(Result<std::string>)>;

}  // namespace samvev::dispatch
