#include "wire/trusted_proxies.hpp"

#include <catch2/catch.hpp>

using namespace samvev;
using wire::TrustedProxies;

namespace {

using Header = TrustedProxies::Header;

TrustedProxies proxies(std::string_view list, Header header = Header::x_forwarded_for) {
    return TrustedProxies::parse(list, header).value();
}

std::string client(const TrustedProxies& trusted, std::string_view peer, std::string_view header) {
    return wire::to_text(trusted.client_of(wire::read_address(peer).value(), header));
}

}  // namespace

TEST_CASE("Networks are told by their prefix, IPv4 and IPv6 alike", "[wire][proxies]") {
    const TrustedProxies trusted = proxies("192.0.2.7, 10.16.0.0/12 ,2001:db8:1::/49");
    const auto trusts = [&trusted](std::string_view address) {
        return trusted.trusts(wire::read_address(address).value());
    };
    CHECK(trusts("192.0.2.7"));
    CHECK(trusts("::ffff:192.0.2.7"));
    CHECK_FALSE(trusts("192.0.2.8"));
    CHECK(trusts("10.31.255.255"));
    CHECK_FALSE(trusts("10.32.0.0"));
    CHECK(trusts("2001:db8:1:7fff::1"));
    CHECK_FALSE(trusts("2001:db8:1:8000::1"));
    CHECK(proxies("").empty());
    CHECK_FALSE(proxies("::/1").trusts(wire::read_address("ffff::1").value()));
}

TEST_CASE("What is no address of a proxy is named", "[wire][proxies]") {
    for (const char* const list :
         {"proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "0.0.0.0/0", "::/0",
          "10.0.0.1,,", "2001:db8::/129", "10.0.0.1:80"}) {
        const auto parsed = TrustedProxies::parse(list, Header::forwarded);
        INFO(list);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code == ErrorCode::invalid_argument);
    }
}

TEST_CASE("The last address that is no proxy's is the client's", "[wire][proxies]") {
    const TrustedProxies trusted = proxies("10.0.0.0/8");
    CHECK(client(trusted, "10.0.0.1", "203.0.113.5") == "203.0.113.5");
    CHECK(client(trusted, "10.0.0.1", "6.6.6.6, 203.0.113.5") == "203.0.113.5");
    CHECK(client(trusted, "10.0.0.1", "203.0.113.5, 10.0.0.2") == "203.0.113.5");
    CHECK(client(trusted, "10.0.0.1", "203.0.113.5:4711,10.0.0.2:99") == "203.0.113.5");
    CHECK(client(trusted, "10.0.0.1", "2001:db8::1") == "2001:db8::1");
    CHECK(client(trusted, "10.0.0.1", "[2001:db8::1]:4711") == "2001:db8::1");
    CHECK(client(trusted, "10.0.0.1", "") == "10.0.0.1");
    CHECK(client(trusted, "10.0.0.1", "203.0.113.5, nonsense") == "10.0.0.1");
    CHECK(client(trusted, "10.0.0.1", "nonsense, 10.0.0.3") == "10.0.0.3");
}

TEST_CASE("Nobody else is believed", "[wire][proxies]") {
    CHECK(client(proxies("10.0.0.0/8"), "192.0.2.1", "203.0.113.5") == "192.0.2.1");
    CHECK(client(proxies(""), "127.0.0.1", "203.0.113.5") == "127.0.0.1");
}

TEST_CASE("Forwarded is read as RFC 7239 writes it", "[wire][proxies]") {
    const TrustedProxies trusted = proxies("10.0.0.0/8", Header::forwarded);
    CHECK(trusted.header_name() == "Forwarded");
    CHECK(client(trusted, "10.0.0.1", "for=192.0.2.43") == "192.0.2.43");
    CHECK(
        client(trusted, "10.0.0.1", "proto=https;For=\"[2001:db8:cafe::17]:4711\";by=x") ==
        "2001:db8:cafe::17"
    );
    CHECK(
        client(trusted, "10.0.0.1", "for=6.6.6.6, for=192.0.2.43, for=10.1.1.1;proto=http") ==
        "192.0.2.43"
    );
    CHECK(client(trusted, "10.0.0.1", "for=_hidden") == "10.0.0.1");
    CHECK(client(trusted, "10.0.0.1", "for=unknown, for=10.0.0.9") == "10.0.0.9");
    CHECK(client(trusted, "10.0.0.1", "192.0.2.43") == "10.0.0.1");
    CHECK(client(trusted, "10.0.0.1", "for=;=;\"") == "10.0.0.1");
}
