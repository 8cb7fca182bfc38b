#include "app/client/endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace samvev::client {
namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

[[nodiscard]] std::optional<std::uint16_t> parse_port(std::string_view text) noexcept {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return port;
}

[[nodiscard]] bool is_host_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

// HOST or HOST:PORT or [V6]:PORT; the port is left absent when it is not there.
struct HostAndPort {
    std::string host;
    std::optional<std::uint16_t> port;
};
[[nodiscard]] std::optional<HostAndPort> split(std::string_view text) {
    std::string_view host;
    std::string_view rest;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos || end == 1) {
            return std::nullopt;
        }
        host = text.substr(1, end - 1);
        rest = text.substr(end + 1);
    } else {
        const auto colon = std::min(text.find(':'), text.size());
        host = text.substr(0, colon);
        rest = text.substr(colon);
        if (host.empty() || !std::ranges::all_of(host, is_host_character)) {
            return std::nullopt;
        }
    }
    if (rest.empty()) {
        return HostAndPort{std::string(host), std::nullopt};
    }
    const auto port = rest.front() == ':' ? parse_port(rest.substr(1)) : std::nullopt;
    if (!port) {
        return std::nullopt;
    }
    return HostAndPort{std::string(host), port};
}

}  // namespace

std::string Endpoint::authority() const {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string Endpoint::url() const {
    return (tls ? "https://" : "http://") + authority();
}

Result<Endpoint> parse_url(std::string_view url) {
    const auto invalid = [url] {
        return fail(
            ErrorCode::invalid_argument,
            "'" + std::string(url) +
                "' is not a server's address; write it like http://127.0.0.1:8470"
        );
    };
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos) {
        return invalid();
    }
    const std::string_view scheme = url.substr(0, scheme_end);
    const bool tls = scheme == "https" || scheme == "wss";
    if (!tls && scheme != "http" && scheme != "ws") {
        return invalid();
    }
    std::string_view rest = url.substr(scheme_end + 3);
    if (rest.ends_with('/')) {
        rest.remove_suffix(1);
    }
    const auto parsed = split(rest);
    if (!parsed || parsed->port == std::uint16_t{0}) {
        return invalid();
    }
    return Endpoint{parsed->host, parsed->port.value_or(tls ? https_port : http_port), tls};
}

Result<Endpoint> parse_host_port(std::string_view text) {
    const auto parsed = split(text);
    if (!parsed || !parsed->port) {
        return fail(
            ErrorCode::invalid_argument,
            "'" + std::string(text) +
                "' is not HOST:PORT; write it like 127.0.0.1:8470 or [::1]:8470"
        );
    }
    return Endpoint{parsed->host, *parsed->port};
}

bool is_loopback(std::string_view host) noexcept {
    if (host == "localhost" || host == "::1") {
        return true;
    }
    // 127.0.0.0/8, written as four numbers: "127.0.0.1.example.org" is somebody else's name.
    return host.starts_with("127.") && std::ranges::count(host, '.') == 3 &&
           std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

}  // namespace samvev::client
