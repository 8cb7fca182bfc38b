#include "wire/seats.hpp"

#include <catch2/catch.hpp>

using namespace samvev::wire;

namespace {

using Bytes = std::array<unsigned char, 16>;

RemoteNetwork v4(unsigned char first, unsigned char last) {
    return network_of(Bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, first, 0, 2, last});
}

RemoteNetwork v6(unsigned char network, unsigned char machine) {
    return network_of(Bytes{0x20, 1, 0xD, 0xB8, 0, 0, 0, network, 0, 0, 0, 0, 0, 0, 0, machine});
}

bool is_refused(Seats& seats, const RemoteNetwork& from, Seats::Refusal why) {
    const Seats::Answer answer = seats.take(ListenerKind::main, from);
    return !answer.seat && answer.refusal == why;
}

}  // namespace

TEST_CASE("An IPv4 address counts alone, IPv6 addresses by their /64", "[wire][seats]") {
    CHECK(v4(192, 1).prefix != v4(192, 2).prefix);
    CHECK(v6(7, 1).prefix == v6(7, 2).prefix);
    CHECK(v6(7, 1).prefix != v6(8, 1).prefix);
    CHECK(v4(127, 1).is_loopback);
    CHECK_FALSE(v4(192, 1).is_loopback);
    CHECK_FALSE(v6(7, 1).is_loopback);
    CHECK(network_of(Bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}).is_loopback);
    CHECK_FALSE(network_of(Bytes{}).is_loopback);
}

TEST_CASE("One network cannot take all seats; loopback is counted by itself", "[wire][seats]") {
    Seats seats({.main = 6, .admin = 1, .per_network = 2, .per_loopback = 3});
    std::optional<Seat> first = seats.take(ListenerKind::main, v6(7, 1)).seat;
    REQUIRE(first);
    const auto second = seats.take(ListenerKind::main, v6(7, 2));
    REQUIRE(second.seat);
    CHECK(is_refused(seats, v6(7, 3), Seats::Refusal::network_full));
    const auto neighbour = seats.take(ListenerKind::main, v6(8, 1));
    REQUIRE(neighbour.seat);
    const auto local = seats.take(ListenerKind::main, v4(127, 1));
    const auto local_too = seats.take(ListenerKind::main, v4(127, 1));
    const auto local_last = seats.take(ListenerKind::main, v4(127, 1));
    REQUIRE(local_last.seat);
    CHECK(is_refused(seats, v4(192, 9), Seats::Refusal::full));

    Seat moved(std::move(*first));
    first.reset();
    CHECK(is_refused(seats, v4(192, 9), Seats::Refusal::full));
    {
        const Seat over(std::move(moved));
    }
    const auto again = seats.take(ListenerKind::main, v6(7, 9));
    CHECK(again.seat);
}

TEST_CASE("The admin listener has seats of its own", "[wire][seats]") {
    Seats seats({.main = 1, .admin = 1, .per_network = 1, .per_loopback = 1});
    const auto main = seats.take(ListenerKind::main, v4(127, 1));
    REQUIRE(main.seat);
    CHECK(is_refused(seats, v4(127, 1), Seats::Refusal::full));
    const auto admin = seats.take(ListenerKind::admin, v4(127, 1));
    CHECK(admin.seat);
    CHECK_FALSE(seats.take(ListenerKind::admin, v4(127, 1)).seat);
}
