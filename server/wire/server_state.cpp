#include "wire/server_state.hpp"

#include "base/json_text.hpp"
#include "wire/own_methods.hpp"

namespace samvev::wire {
namespace {

std::vector<std::string> all_method_names(const dispatch::Dispatcher& dispatcher) {
    std::vector<std::string> names = dispatcher.method_names();
    for (const OwnMethodRow& row : own_methods()) {
        names.emplace_back(row.name);
    }
    return names;
}

// `document` with the doors this server has, the one that plain HTTP clients use first.
std::string with_servers(std::string document, const std::string& url) {
    const std::string socket_url = "ws" + url.substr(url.find(':')) + "/ws/v1";
    const std::string servers =
        "\"servers\":[" +
        base::JsonObject().text("name", "HTTP").text("url", url + "/rpc/v1").take() + "," +
        base::JsonObject().text("name", "WebSocket").text("url", socket_url).take() + "]";
    const std::size_t brace = document.find('{');
    if (brace == std::string::npos) {
        return "{" + servers + "}";
    }
    const std::size_t first_member = document.find_first_not_of(" \t\r\n", brace + 1);
    const bool is_empty = first_member == std::string::npos || document[first_member] == '}';
    return document.insert(brace + 1, is_empty ? servers : servers + ",");
}

}  // namespace

ServerState::ServerState(const ServerSettings& with, const ServerParts& from)
    : settings(with), parts(from), metrics(all_method_names(from.dispatcher)) {}

void ServerState::learn_methods() {
    const std::string& shown = settings.public_url.empty() ? url : settings.public_url;
    open_rpc = with_servers(parts.dispatcher.open_rpc(own_methods_open_rpc()), shown);
    method_names = "[";
    for (const std::string& name : all_method_names(parts.dispatcher)) {
        if (method_names.size() > 1) {
            method_names.push_back(',');
        }
        base::append_json_string(method_names, name);
    }
    method_names.push_back(']');
}

ServerState::Health ServerState::health() const {
    Health health;
    if (draining.load(std::memory_order_relaxed)) {
        return {.is_ready = false, .why_not = "shutting down"};
    }
    if (parts.probes.ready && !parts.probes.ready(health.why_not)) {
        health.is_ready = false;
    }
    return health;
}

std::string ServerState::health_json() const {
    const bool is_draining = draining.load(std::memory_order_relaxed);
    std::string why_not;
    const bool probe_ok = !parts.probes.ready || parts.probes.ready(why_not);
    base::JsonObject process;
    process.text("name", "process").boolean("ok", probe_ok);
    if (!probe_ok) {
        process.text("detail", why_not);
    }
    base::JsonObject doors;
    doors.text("name", "doors").boolean("ok", !is_draining);
    if (is_draining) {
        doors.text("detail", "shutting down");
    }
    return base::JsonObject()
        .text("status", probe_ok && !is_draining ? "ready" : "not-ready")
        .text("version", settings.version)
        .raw("checks", "[" + process.take() + "," + doors.take() + "]")
        .take();
}

}  // namespace samvev::wire
