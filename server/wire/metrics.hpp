#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace samvev::wire {

enum class Initiator { client, server };
enum class Flow { received, sent };

// The counters of the doors. Names and labels are bounded: methods come from a fixed list, the rest
// counts as "other". [any thread]
class Metrics {
public:
    using Count = std::atomic<std::uint64_t>;
    struct MethodIndex {
        std::size_t value = 0;
    };

    explicit Metrics(const std::vector<std::string>& method_names);
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    [[nodiscard]] MethodIndex find_method(std::string_view name) const;
    // "other" for those that are not in the list.
    [[nodiscard]] std::string_view name_of(MethodIndex method) const {
        return names_[method.value];
    }
    // `rpc_code` 0 means a result.
    void call_ended(MethodIndex method, int rpc_code, std::chrono::nanoseconds duration);
    void socket_closed(std::uint16_t code, Initiator initiator);
    void token_refused(std::string_view reason);

    Count sockets_opened{0};
    Count sockets_open{0};
    Count sockets_authenticated{0};
    Count calls_in_flight{0};
    Count messages_received{0};
    Count messages_sent{0};
    Count bytes_received{0};
    Count bytes_sent{0};
    Count slow_readers_cut{0};
    Count accept_failures{0};
    Count http_requests{0};
    Count connections_refused{0};
    Count tls_handshakes_failed{0};

    // Prometheus text exposition 0.0.4, complete lines.
    [[nodiscard]] std::string text() const;

private:
    struct MethodCounts;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    void append_methods(std::string& out) const;

    std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> indexes_;
    std::vector<std::string> names_;  // the last is "other"
    std::vector<std::unique_ptr<MethodCounts>> methods_;
    static constexpr std::size_t close_codes = 17;
    std::array<std::array<Count, 2>, close_codes> closes_{};
    static constexpr std::size_t token_reasons = 16;
    std::array<Count, token_reasons> token_refusals_{};
};

}  // namespace samvev::wire
