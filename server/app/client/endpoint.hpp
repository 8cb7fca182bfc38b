#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace samvev::client {

// Where a server listens.
struct Endpoint {
    std::string host;
    std::uint16_t port = 0;
    bool tls = false;
    // "http://127.0.0.1:8470", https with TLS; an IPv6 host stands in brackets.
    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::string authority() const;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// "http://HOST[:PORT]", "https://…", "ws://…" or "wss://…", with nothing behind but a slash; port
// 80 or 443 when it has none. Fails with invalid_argument.
[[nodiscard]] Result<Endpoint> parse_url(std::string_view url);
// "HOST:PORT" as in --listen; "[::1]:8470" for IPv6. Fails with invalid_argument.
[[nodiscard]] Result<Endpoint> parse_host_port(std::string_view text);
// Whether only programs on this machine can reach it: 127.0.0.0/8, ::1 or localhost.
[[nodiscard]] bool is_loopback(std::string_view host) noexcept;

}  // namespace samvev::client
