#include "wire/server_state.hpp"

#include <simdjson.h>

#include <algorithm>
#include <set>

#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "wire/json_rpc.hpp"
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

// Every error there is, by the name of its problem type. Which a method answers is not told apart:
// rules of modules, rights and the state of the server come together in each.
std::string errors_json() {
    base::JsonObject out;
    std::set<int> told;
    for (const ErrorRow& row : error_table()) {
        if (told.insert(row.rpc_code).second) {
            out.raw(
                row.slug,
                base::JsonObject().number("code", row.rpc_code).text("message", row.title).take()
            );
        }
    }
    return out.take();
}

// `document` with the doors this server has, the one that plain HTTP clients use first, and what
// they answer when something is wrong.
std::string with_doors(std::string document, const std::string& url) {
    constexpr std::string_view http = "http";  // of http and https alike
    const std::string socket_url = "ws" + url.substr(http.size()) + "/ws/v1";
    const std::string servers =
        "\"servers\":[" +
        base::JsonObject().text("name", "HTTP").text("url", url + "/rpc/v1").take() + "," +
        base::JsonObject().text("name", "WebSocket").text("url", socket_url).take() + "]";
    const std::string doors = servers + R"(,"components":{"errors":)" + errors_json() + "}";
    const std::size_t brace = document.find('{');
    if (brace == std::string::npos) {
        return "{" + doors + "}";
    }
    const std::size_t first_member = document.find_first_not_of(" \t\r\n", brace + 1);
    const bool is_empty = first_member == std::string::npos || document[first_member] == '}';
    return document.insert(brace + 1, is_empty ? doors : doors + ",");
}

// Methods that their tags call a command.
std::vector<std::string> command_names(const std::string& open_rpc) {
    std::vector<std::string> names;
    simdjson::dom::parser parser;
    simdjson::dom::array methods;
    if (parser.parse(open_rpc)["methods"].get(methods) != simdjson::SUCCESS) {
        return names;
    }
    for (const auto method : methods) {
        std::string_view name;
        std::string_view tag;
        if (method["name"].get(name) == simdjson::SUCCESS &&
            method["tags"].at(0)["name"].get(tag) == simdjson::SUCCESS && tag == "command") {
            names.emplace_back(name);
        }
    }
    return names;
}

}  // namespace

ServerState::ServerState(const ServerSettings& with, const ServerParts& from)
    : settings(with),
      parts(from),
      metrics(all_method_names(from.dispatcher)),
      seats(with.seats),
      quotas(with.quotas),
      logins(
          {.per_second = static_cast<double>(limits::logins_per_second),
           .at_once = static_cast<double>(limits::logins_at_once)}
      ),
      code_attempts(
          {.per_second = 1 / std::chrono::duration<double>(limits::code_attempt_every).count(),
           .at_once = static_cast<double>(limits::code_attempts_at_once)}
      ) {}

Result<void> ServerState::learn_methods() {
    const std::string& shown = settings.public_url.empty() ? url : settings.public_url;
    open_rpc = with_doors(parts.dispatcher.open_rpc(own_methods_open_rpc()), shown);
    for (const std::string& name : command_names(open_rpc)) {
        const std::size_t index = metrics.find_method(name).value;
        is_command.resize(std::max(is_command.size(), index + 1));
        is_command[index] = true;
    }
    method_names = "[";
    for (const std::string& name : all_method_names(parts.dispatcher)) {
        if (method_names.size() > 1) {
            method_names.push_back(',');
        }
        base::append_json_string(method_names, name);
    }
    method_names.push_back(']');
    if (open_rpc.size() > limits::open_rpc_bytes_max) {
        return fail(
            ErrorCode::too_large,
            "the OpenRPC document has " + std::to_string(open_rpc.size()) +
                " bytes and clients take " + std::to_string(limits::open_rpc_bytes_max) +
                ": load fewer modules, or shorten the schemas and examples of their methods"
        );
    }
    return {};
}

RemoteNetwork ServerState::network_for(const AddressBytes& address) const {
    RemoteNetwork network = network_of(address);
    network.is_proxy = settings.proxies.trusts(address);
    return network;
}

CallClass ServerState::class_of(std::string_view method) const {
    const std::size_t index = metrics.find_method(method).value;
    return index < is_command.size() && is_command[index] ? CallClass::command : CallClass::read;
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
