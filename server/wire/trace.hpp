#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace samvev::wire {

// The 32 hexadecimal digits of a W3C trace id. It has constructors on purpose (g++ 12 and
// co_await).
class TraceId {
public:
    TraceId() = default;
    // Not all zero, 32 lower-case hexadecimal digits; the caller has checked.
    explicit TraceId(std::string_view digits);
    [[nodiscard]] std::string_view text() const noexcept {
        return {digits_.data(), digits_.size()};
    }
    [[nodiscard]] bool is_set() const noexcept { return digits_[0] != '\0'; }

private:
    std::array<char, 32> digits_{};
};

// The trace id of a traceparent header or member ("00-<32>-<16>-<2>"); absent when malformed.
[[nodiscard]] std::optional<TraceId> read_traceparent(std::string_view text);
// A random one. [any thread]
[[nodiscard]] TraceId make_trace_id();

}  // namespace samvev::wire
