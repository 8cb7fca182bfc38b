#include "wire/trace.hpp"

#include <openssl/rand.h>

#include <algorithm>

#include "base/digest.hpp"
#include "base/traceparent.hpp"

namespace samvev::wire {
TraceId::TraceId(std::string_view digits) {
    std::copy_n(digits.begin(), std::min(digits.size(), digits_.size()), digits_.begin());
}

std::optional<TraceId> read_traceparent(std::string_view text) {
    if (!base::is_traceparent(text)) {
        return std::nullopt;
    }
    return TraceId(text.substr(base::trace_id_begin, base::trace_id_digits));
}

TraceId make_trace_id() {
    std::array<unsigned char, 16> bytes{};
    (void)RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
    bytes[0] |=
        1;  // Never all zero, whatever RAND_bytes did: this names a log line, it keeps no secret.
    return TraceId(base::to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

}  // namespace samvev::wire
