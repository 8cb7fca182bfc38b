#include "wire/address_quotas.hpp"

#include <catch2/catch.hpp>

#include "base/limits.hpp"
#include "wire/trusted_proxies.hpp"

using namespace samvev;
using namespace std::chrono_literals;
using wire::AddressQuotas;

namespace {

wire::RemoteNetwork from(std::string_view address) {
    return wire::network_of(wire::read_address(address).value());
}

}  // namespace

TEST_CASE("An address has a share of its own, which comes back with time", "[wire][limits]") {
    AddressQuotas quotas({.per_second = 0.1, .at_once = 3});
    const wire::SteadyTime now = wire::SteadyClock::now();
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(quotas.take(from("192.0.2.1"), now).has_value());
    }
    CHECK(quotas.take(from("192.0.2.1"), now) == std::optional(10'000ms));
    CHECK_FALSE(quotas.take(from("192.0.2.2"), now).has_value());
    CHECK(quotas.take(from("192.0.2.1"), now + 4s) == std::optional(6'000ms));
    CHECK_FALSE(quotas.take(from("192.0.2.1"), now + 10s).has_value());
    CHECK(quotas.take(from("192.0.2.1"), now + 10s).has_value());
}

TEST_CASE("A household behind IPv6 is one address", "[wire][limits]") {
    AddressQuotas quotas({.per_second = 0.1, .at_once = 1});
    const wire::SteadyTime now = wire::SteadyClock::now();
    CHECK_FALSE(quotas.take(from("2001:db8:1:2::1"), now).has_value());
    CHECK(quotas.take(from("2001:db8:1:2:ffff::9"), now).has_value());
    CHECK_FALSE(quotas.take(from("2001:db8:1:3::1"), now).has_value());
}

TEST_CASE("However many addresses try, few are remembered", "[wire][limits]") {
    AddressQuotas quotas({.per_second = 0.001, .at_once = 2});
    wire::RemoteNetwork network = from("2001:db8::1");
    const wire::SteadyTime now = wire::SteadyClock::now();
    for (std::size_t i = 0; i < 2 * limits::addresses_counted_max; ++i) {
        network.prefix[5] = static_cast<unsigned char>(i >> 16);
        network.prefix[6] = static_cast<unsigned char>(i >> 8);
        network.prefix[7] = static_cast<unsigned char>(i);
        static_cast<void>(quotas.take(network, now));
    }
    CHECK(quotas.size() <= limits::addresses_counted_max);
}
