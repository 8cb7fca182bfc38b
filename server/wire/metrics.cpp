#include "wire/metrics.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/assert.hpp"
#include "wire/exposition.hpp"
#include "wire/json_rpc.hpp"

namespace samvev::wire {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

constexpr std::array<double, 16> bucket_bounds = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                  0.01,   0.025,   0.05,   0.1,   0.25,   0.5,
                                                  1,      2.5,     5,      10};

// The last one is every other code.
constexpr std::array<std::uint16_t, 17> known_closes = {1000, 1001, 1002, 1003, 1005, 1006,
                                                        1007, 1009, 1011, 4400, 4401, 4403,
                                                        4408, 4429, 4430, 4431, 0};

constexpr std::array<std::string_view, 16> known_reasons = {
    "malformed", "algorithm", "signature", "expired", "not_yet_valid", "issuer",
    "audience",  "claims",    "type",      "scope",   "login_level",   "proof",
    "tenant",    "unknown",   "revoked",   "other"
};

// Distinct codes of the table, and 0 for a result.
const std::vector<int>& known_codes() {
    static const std::vector<int> codes = [] {
        std::set<int> all = {0};
        for (const ErrorRow& row : error_table()) {
            all.insert(row.rpc_code);
        }
        return std::vector<int>(all.begin(), all.end());
    }();
    return codes;
}

std::string bound_text(double bound) {
    std::array<char, 32> digits{};
    const auto written = std::to_chars(
        digits.data(), digits.data() + digits.size(), bound, std::chars_format::fixed
    );
    return {digits.data(), written.ptr};
}

std::uint64_t get(const Metrics::Count& count) {
    return count.load(relaxed);
}

}  // namespace

struct Metrics::MethodCounts {
    std::array<Count, bucket_bounds.size() + 1> buckets{};
    Count nanoseconds{0};
    std::vector<Count> codes = std::vector<Count>(known_codes().size());
};

Metrics::Metrics(const std::vector<std::string>& method_names) : names_(method_names) {
    std::sort(names_.begin(), names_.end());
    names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
    for (const std::string& name : names_) {
        indexes_.emplace(name, indexes_.size());
    }
    names_.emplace_back("other");
    for (std::size_t i = 0; i < names_.size(); ++i) {
        methods_.push_back(std::make_unique<MethodCounts>());
    }
}

Metrics::~Metrics() = default;

Metrics::MethodIndex Metrics::find_method(std::string_view name) const {
    const auto found = indexes_.find(name);
    return {found == indexes_.end() ? names_.size() - 1 : found->second};
}

void Metrics::call_ended(MethodIndex method, int rpc_code, std::chrono::nanoseconds duration) {
    MethodCounts& counts = *methods_[method.value];
    const double seconds = std::chrono::duration<double>(duration).count();
    const auto bucket = std::lower_bound(bucket_bounds.begin(), bucket_bounds.end(), seconds);
    counts.buckets[static_cast<std::size_t>(bucket - bucket_bounds.begin())].fetch_add(1, relaxed);
    counts.nanoseconds.fetch_add(static_cast<std::uint64_t>(duration.count()), relaxed);
    const auto& codes = known_codes();
    const auto code = std::lower_bound(codes.begin(), codes.end(), rpc_code);
    SAMVEV_ASSERT(code != codes.end() && *code == rpc_code);  // All come from the one table.
    counts.codes[static_cast<std::size_t>(code - codes.begin())].fetch_add(1, relaxed);
}

void Metrics::socket_closed(std::uint16_t code, Initiator initiator) {
    const auto* known = std::find(known_closes.begin(), known_closes.end() - 1, code);
    auto& pair = closes_[static_cast<std::size_t>(known - known_closes.begin())];
    pair[initiator == Initiator::client ? 0 : 1].fetch_add(1, relaxed);
}

void Metrics::token_refused(std::string_view reason) {
    const auto* known = std::find(known_reasons.begin(), known_reasons.end() - 1, reason);
    token_refusals_[static_cast<std::size_t>(known - known_reasons.begin())].fetch_add(1, relaxed);
}

std::string Metrics::text() const {
    std::string out;
    const std::uint64_t open = get(sockets_open);
    const std::uint64_t authenticated = std::min(get(sockets_authenticated), open);
    append_family(out, "samvev_ws_connections", "Open WebSocket connections.", MetricType::gauge);
    append_sample(out, "samvev_ws_connections", {{"state", "authenticated"}}, authenticated);
    append_sample(out, "samvev_ws_connections", {{"state", "anonymous"}}, open - authenticated);
    append_counter(
        out, "samvev_ws_connections_total", "WebSocket connections opened.", get(sockets_opened)
    );
    append_family(
        out, "samvev_ws_closes_total", "WebSocket connections closed.", MetricType::counter
    );
    for (std::size_t i = 0; i < known_closes.size(); ++i) {
        const std::string code = known_closes[i] == 0 ? "other" : std::to_string(known_closes[i]);
        append_sample(
            out, "samvev_ws_closes_total", {{"code", code}, {"initiator", "client"}},
            get(closes_[i][0])
        );
        append_sample(
            out, "samvev_ws_closes_total", {{"code", code}, {"initiator", "server"}},
            get(closes_[i][1])
        );
    }
    append_family(out, "samvev_ws_messages_total", "WebSocket messages.", MetricType::counter);
    append_sample(out, "samvev_ws_messages_total", {{"direction", "in"}}, get(messages_received));
    append_sample(out, "samvev_ws_messages_total", {{"direction", "out"}}, get(messages_sent));
    append_family(
        out, "samvev_ws_bytes_total", "Payload bytes of WebSocket messages.", MetricType::counter
    );
    append_sample(out, "samvev_ws_bytes_total", {{"direction", "in"}}, get(bytes_received));
    append_sample(out, "samvev_ws_bytes_total", {{"direction", "out"}}, get(bytes_sent));
    append_gauge(out, "samvev_rpc_in_flight", "Calls not answered yet.", get(calls_in_flight));
    append_counter(
        out, "samvev_slow_consumer_disconnects_total", "Connections cut since they did not read.",
        get(slow_readers_cut)
    );
    append_counter(
        out, "samvev_http_requests_total", "HTTP requests, upgrades included.", get(http_requests)
    );
    append_counter(
        out, "samvev_accept_failures_total", "Failed accepts, such as too many open files.",
        get(accept_failures)
    );
    append_counter(
        out, "samvev_connections_refused_total", "Connections refused since there were too many.",
        get(connections_refused)
    );
    append_counter(
        out, "samvev_tls_handshakes_failed_total", "TLS handshakes that did not succeed.",
        get(tls_handshakes_failed)
    );
    append_family(out, "samvev_auth_failures_total", "Tokens refused.", MetricType::counter);
    for (std::size_t i = 0; i < known_reasons.size(); ++i) {
        append_sample(
            out, "samvev_auth_failures_total", {{"reason", known_reasons[i]}},
            get(token_refusals_[i])
        );
    }
    append_methods(out);
    return out;
}

void Metrics::append_methods(std::string& out) const {
    append_family(
        out, "samvev_rpc_requests_total", "Calls answered, by JSON-RPC error code (0: a result).",
        MetricType::counter
    );
    for (std::size_t i = 0; i < names_.size(); ++i) {
        for (std::size_t code = 0; code < known_codes().size(); ++code) {
            const std::uint64_t count = get(methods_[i]->codes[code]);
            if (count > 0) {
                append_sample(
                    out, "samvev_rpc_requests_total",
                    {{"method", names_[i]}, {"code", std::to_string(known_codes()[code])}}, count
                );
            }
        }
    }
    append_family(
        out, "samvev_rpc_duration_seconds", "Time from a request's frame to its answer.",
        MetricType::histogram
    );
    for (std::size_t i = 0; i < names_.size(); ++i) {
        const MethodCounts& counts = *methods_[i];
        std::uint64_t total = 0;
        for (const Count& bucket : counts.buckets) {
            total += get(bucket);
        }
        if (total == 0) {
            continue;
        }
        std::uint64_t sum = 0;
        for (std::size_t bucket = 0; bucket < bucket_bounds.size(); ++bucket) {
            sum += get(counts.buckets[bucket]);
            append_sample(
                out, "samvev_rpc_duration_seconds_bucket",
                {{"method", names_[i]}, {"le", bound_text(bucket_bounds[bucket])}},
                std::min(sum, total)
            );
        }
        append_sample(
            out, "samvev_rpc_duration_seconds_bucket", {{"method", names_[i]}, {"le", "+Inf"}},
            total
        );
        append_sample(
            out, "samvev_rpc_duration_seconds_sum", {{"method", names_[i]}},
            static_cast<double>(get(counts.nanoseconds)) / 1e9
        );
        append_sample(out, "samvev_rpc_duration_seconds_count", {{"method", names_[i]}}, total);
    }
}

}  // namespace samvev::wire
