#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace samvev::wire {

// An IPv6 address; IPv4 is mapped (::ffff:192.0.2.1).
using AddressBytes = std::array<unsigned char, 16>;
// "192.0.2.1" or "2001:db8::1", without port or brackets; absent for anything else.
[[nodiscard]] std::optional<AddressBytes> read_address(std::string_view text);
[[nodiscard]] std::string to_text(const AddressBytes& address);

// The proxies in front of the server, and how they say whom they speak for. Only one header is
// believed: a proxy that writes one passes the other on as the client wrote it.
class TrustedProxies {
public:
    enum class Header { x_forwarded_for, forwarded };

    TrustedProxies() = default;
    // Addresses and networks, "192.0.2.7, 10.0.0.0/8, 2001:db8::/32"; empty: none. Fails with
    // invalid_argument, naming the one that is neither.
    [[nodiscard]] static Result<TrustedProxies> parse(std::string_view list, Header header);

    [[nodiscard]] bool empty() const noexcept { return networks_.empty(); }
    [[nodiscard]] bool trusts(const AddressBytes& address) const noexcept;
    // "X-Forwarded-For" or "Forwarded" (RFC 7239).
    [[nodiscard]] std::string_view header_name() const noexcept;
    // Whom `peer` speaks for: the last address that is none of the proxies', as each appends who
    // came to it. `header` is the value of all its lines together. The peer itself when it is not
    // trusted or says nothing that can be understood.
    [[nodiscard]] AddressBytes client_of(const AddressBytes& peer, std::string_view header) const;

private:
    struct Network {
        AddressBytes prefix{};
        std::size_t bits = 0;
    };
    [[nodiscard]] std::optional<AddressBytes> address_in(std::string_view item) const;

    Header header_ = Header::x_forwarded_for;
    std::vector<Network> networks_;
};

}  // namespace samvev::wire
