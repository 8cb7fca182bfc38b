#include "wire/http_routes.hpp"

#include <boost/beast/core/string.hpp>

#include "wire/exposition.hpp"
#include "wire/process_metrics.hpp"

namespace samvev::wire {
namespace {

HttpReply answer_ready(const ServerState& state, std::string_view query) {
    const ServerState::Health health = state.health();
    const bool verbose = query == "verbose" || query.substr(0, 8) == "verbose=";
    HttpReply reply =
        verbose ? json_reply(state.health_json())
                : text_reply(health.is_ready ? "ready\n" : "not ready: " + health.why_not + "\n");
    if (!health.is_ready) {
        reply.status = 503;
        reply.headers.emplace_back("Retry-After", "5");
    }
    return reply;
}

HttpReply answer_metrics(const ServerState& state) {
    std::string out;
    append_family(out, "samvev_build_info", "Version of the running server.", MetricType::gauge);
    append_sample(
        out, "samvev_build_info", {{"version", state.settings.version}}, std::uint64_t{1}
    );
    if (state.tls) {
        append_family(
            out, "samvev_tls_certificate_not_after_seconds",
            "When the certificate in use ends, in seconds since 1970.", MetricType::gauge
        );
        append_sample(
            out, "samvev_tls_certificate_not_after_seconds", {},
            static_cast<double>(
                state.tls->expires_at().time_since_epoch() / std::chrono::seconds(1)
            )
        );
    }
    out += state.metrics.text();
    const auto subscriptions = state.parts.hub.counts();
    append_family(
        out, "samvev_subscriptions", "Subscriptions by whether they keep up.", MetricType::gauge
    );
    append_sample(out, "samvev_subscriptions", {{"state", "live"}}, subscriptions.live);
    append_sample(out, "samvev_subscriptions", {{"state", "behind"}}, subscriptions.behind);
    out += process_metrics();
    if (state.parts.probes.metrics) {
        out += state.parts.probes.metrics();
    }
    HttpReply reply;
    reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
    reply.body = std::move(out);
    return reply;
}

}  // namespace

Target read_target(std::string_view target) noexcept {
    for (const std::string_view scheme :
         {std::string_view("http://"), std::string_view("https://")}) {
        if (target.substr(0, scheme.size()) == scheme) {
            const std::size_t path = target.find('/', scheme.size());
            target = path == std::string_view::npos ? std::string_view("/") : target.substr(path);
        }
    }
    const std::size_t question = target.find('?');
    if (question == std::string_view::npos) {
        return {.path = target, .query = {}};
    }
    return {.path = target.substr(0, question), .query = target.substr(question + 1)};
}

bool is_get_path(const ServerState& state, std::string_view path, ListenerKind listener) noexcept {
    if (path == "/livez" || path == "/readyz") {
        return true;
    }
    if (path == "/metrics") {
        return listener == ListenerKind::admin || state.metrics_on_main;
    }
    return path == "/openrpc.json" && listener == ListenerKind::main;
}

HttpReply answer_get(const ServerState& state, const Target& target, ListenerKind listener) {
    if (!is_get_path(state, target.path, listener)) {
        return not_found_reply();
    }
    if (target.path == "/livez") {
        return text_reply("alive\n");
    }
    if (target.path == "/readyz") {
        return answer_ready(state, target.query);
    }
    if (target.path == "/metrics") {
        return answer_metrics(state);
    }
    return lasting_json_reply(state.open_rpc);
}

HttpReply busy_reply(std::string why) {
    HttpReply reply =
        problem_reply({503, "too-many-connections", "Service unavailable", std::move(why)});
    reply.headers.emplace_back("Retry-After", "5");
    return reply;
}

HttpReply too_many_connections_reply() {
    return busy_reply(
        "too many connections are open from your address: close some, or send more calls over each "
        "of them"
    );
}

HttpReply not_found_reply() {
    return problem_reply(
        {404, "no-such-path", "No such path",
         "there is GET /ws/v1 (WebSocket), POST /rpc/v1, /openrpc.json, /livez and /readyz, and "
         "POST "
         "/logout/v1 for issuers of tokens"}
    );
}

bool is_json(std::string_view content_type) {
    const std::string_view type = content_type.substr(0, content_type.find(';'));
    const std::size_t end = type.find_last_not_of(" \t");
    return end != std::string_view::npos &&
           boost::beast::iequals(type.substr(0, end + 1), "application/json");
}

HttpReply not_json_reply() {
    return problem_reply(
        {415, "not-json", "Unsupported media type", "send Content-Type: application/json"}
    );
}

HttpReply method_not_allowed_reply(std::string_view allowed) {
    HttpReply reply = problem_reply(
        {405, "method-not-allowed", "Method not allowed", "use " + std::string(allowed) + " here"}
    );
    reply.headers.emplace_back("Allow", allowed);
    return reply;
}

}  // namespace samvev::wire
