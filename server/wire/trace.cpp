#include "wire/trace.hpp"

#include <openssl/rand.h>

#include <algorithm>

#include "base/digest.hpp"

namespace samvev::wire {
namespace {

bool is_hex(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

}  // namespace

TraceId::TraceId(std::string_view digits) {
    std::copy_n(digits.begin(), std::min(digits.size(), digits_.size()), digits_.begin());
}

std::optional<TraceId> read_traceparent(std::string_view text) {
    // version "-" trace-id "-" parent-id "-" flags; later versions may append "-…".
    constexpr std::size_t size = 55;
    if (text.size() < size ||
        (text.size() > size && (text.substr(0, 2) == "00" || text[size] != '-'))) {
        return std::nullopt;
    }
    const std::string_view trace = text.substr(3, 32);
    const std::string_view parent = text.substr(36, 16);
    const bool well_formed = text[2] == '-' && text[35] == '-' && text[52] == '-' &&
                             is_hex(text.substr(0, 2)) && text.substr(0, 2) != "ff" &&
                             is_hex(trace) && is_hex(parent) && is_hex(text.substr(53, 2));
    const auto all_zero = [](std::string_view digits) {
        return digits.find_first_not_of('0') == std::string_view::npos;
    };
    if (!well_formed || all_zero(trace) || all_zero(parent)) {
        return std::nullopt;
    }
    return TraceId(trace);
}

TraceId make_trace_id() {
    std::array<unsigned char, 16> bytes{};
    (void)RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
    bytes[0] |=
        1;  // Never all zero, whatever RAND_bytes did: this names a log line, it keeps no secret.
    return TraceId(base::to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

}  // namespace samvev::wire
