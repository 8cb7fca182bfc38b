#include "wire/trusted_proxies.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/limits.hpp"

namespace samvev::wire {
namespace {

constexpr std::size_t address_bits = 128;
constexpr std::size_t mapped_bits = 96;  // of ::ffff:0:0/96
constexpr AddressBytes mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0};
constexpr std::size_t hops_max = 32;

std::string_view trimmed(std::string_view text) {
    const std::size_t from = text.find_first_not_of(" \t");
    return from == std::string_view::npos
               ? std::string_view()
               : text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

bool is_mapped(const AddressBytes& address) {
    return std::equal(mapped.begin(), mapped.begin() + mapped_bits / 8, address.begin());
}

bool is_in(const AddressBytes& address, const AddressBytes& prefix, std::size_t bits) {
    const std::size_t whole = bits / 8;
    if (!std::equal(
            address.begin(), address.begin() + static_cast<std::ptrdiff_t>(whole), prefix.begin()
        )) {
        return false;
    }
    const std::size_t rest = bits % 8;
    const auto mask = static_cast<unsigned char>(0xFF00U >> rest);
    return rest == 0 || (address[whole] & mask) == (prefix[whole] & mask);
}

// "192.0.2.1:4711", "[2001:db8::1]:4711", "[2001:db8::1]" and both without brackets or port.
std::string_view without_port(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        return end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
    }
    return std::ranges::count(text, ':') == 1 ? text.substr(0, text.find(':')) : text;
}

// The value of for= in one element of Forwarded (RFC 7239 §4); empty when there is none.
std::string_view for_of(std::string_view element) {
    while (!element.empty()) {
        const std::size_t end = std::min(element.find(';'), element.size());
        const std::string_view pair = trimmed(element.substr(0, end));
        element.remove_prefix(std::min(end + 1, element.size()));
        const std::size_t equals = pair.find('=');
        if (equals == 3 && (pair[0] | 0x20) == 'f' && (pair[1] | 0x20) == 'o' &&
            (pair[2] | 0x20) == 'r') {
            const std::string_view value = pair.substr(equals + 1);
            const bool is_quoted =
                value.size() > 1 && value.starts_with('"') && value.ends_with('"');
            return is_quoted ? value.substr(1, value.size() - 2) : value;
        }
    }
    return {};
}

}  // namespace

std::optional<AddressBytes> read_address(std::string_view text) {
    const std::string copy(text);
    AddressBytes address = mapped;
    in_addr v4{};
    if (inet_pton(AF_INET, copy.c_str(), &v4) == 1) {
        std::memcpy(address.data() + mapped_bits / 8, &v4, sizeof v4);
        return address;
    }
    if (inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) {
        return address;
    }
    return std::nullopt;
}

std::string to_text(const AddressBytes& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_mapped(address)) {
        inet_ntop(AF_INET, address.data() + mapped_bits / 8, text.data(), text.size());
    } else {
        inet_ntop(AF_INET6, address.data(), text.data(), text.size());
    }
    return text.data();
}

Result<TrustedProxies> TrustedProxies::parse(std::string_view list, Header header) {
    TrustedProxies proxies;
    proxies.header_ = header;
    while (!trimmed(list).empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const std::string_view item = trimmed(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
        const std::size_t slash = std::min(item.find('/'), item.size());
        const auto address = read_address(item.substr(0, slash));
        const std::size_t widest =
            address && is_mapped(*address) ? address_bits - mapped_bits : address_bits;
        std::size_t bits = widest;
        if (slash < item.size()) {
            const std::string_view number = item.substr(slash + 1);
            const auto [end, wrong] =
                std::from_chars(number.data(), number.data() + number.size(), bits);
            if (wrong != std::errc() || end != number.data() + number.size()) {
                bits = widest + 1;
            }
        }
        if (!address || bits > widest || bits == 0) {
            return fail(
                ErrorCode::invalid_argument, "'" + std::string(item) +
                                                 "' is no address of a proxy; write 192.0.2.7, "
                                                 "10.0.0.0/8 or 2001:db8::/32, with "
                                                 "commas between"
            );
        }
        if (proxies.networks_.size() == limits::trusted_proxies_max) {
            return fail(
                ErrorCode::invalid_argument, "more than " +
                                                 std::to_string(limits::trusted_proxies_max) +
                                                 " addresses; write networks, like 10.0.0.0/8"
            );
        }
        proxies.networks_.push_back({*address, bits + (address_bits - widest)});
    }
    return proxies;
}

bool TrustedProxies::trusts(const AddressBytes& address) const noexcept {
    return std::ranges::any_of(networks_, [&address](const Network& network) {
        return is_in(address, network.prefix, network.bits);
    });
}

std::string_view TrustedProxies::header_name() const noexcept {
    return header_ == Header::forwarded ? "Forwarded" : "X-Forwarded-For";
}

std::optional<AddressBytes> TrustedProxies::address_in(std::string_view item) const {
    return read_address(without_port(header_ == Header::forwarded ? for_of(item) : item));
}

AddressBytes TrustedProxies::client_of(const AddressBytes& peer, std::string_view header) const {
    AddressBytes client = peer;
    for (std::size_t hop = 0; hop < hops_max && !header.empty() && trusts(client); ++hop) {
        const std::size_t comma = header.rfind(',');
        const std::string_view item =
            trimmed(comma == std::string_view::npos ? header : header.substr(comma + 1));
        header = comma == std::string_view::npos ? std::string_view() : header.substr(0, comma);
        const auto address = address_in(item);
        if (!address) {
            break;
        }
        client = *address;
    }
    return client;
}

}  // namespace samvev::wire
