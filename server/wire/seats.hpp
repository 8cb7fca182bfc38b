#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>

#include "base/limits.hpp"

namespace samvev::wire {

enum class ListenerKind { main, admin };

// Where connections come from, as far as they are counted together: one IPv4 address, or one IPv6
// network of 64 bits, which is what one household or machine is given.
struct RemoteNetwork {
    std::array<unsigned char, 16> prefix{};
    bool is_loopback = false;
    bool is_proxy = false;  // trusted: many speak through it
};
// `address` in its IPv6 form; IPv4 is mapped (::ffff:192.0.2.1).
[[nodiscard]] RemoteNetwork network_of(const std::array<unsigned char, 16>& address) noexcept;

struct SeatLimits {
    std::size_t main = limits::connections_max;
    std::size_t admin = limits::admin_connections_max;
    std::size_t per_network = limits::connections_per_network_max;
    std::size_t per_loopback = limits::connections_max;  // and per trusted proxy
};

class Seats;

// The place of one open connection; given back when destroyed.
class Seat {
public:
    Seat(Seats& seats, ListenerKind kind, const RemoteNetwork& from) noexcept
        : seats_(&seats), kind_(kind), from_(from) {}
    Seat(Seat&& other) noexcept;
    Seat& operator=(Seat&&) = delete;
    ~Seat();

    // Counts the connection for `network` from now on: whom a proxy speaks for. False when that has
    // its share already; then nothing has changed.
    [[nodiscard]] bool move_to(const RemoteNetwork& network);

private:
    Seats* seats_;  // null: moved on
    ListenerKind kind_;
    RemoteNetwork from_;
};

// How many connections are open. Each listener has seats of its own, so that whoever fills the main
// one does not silence /livez and /metrics on the other. [any thread]; outlives its seats.
class Seats {
public:
    explicit Seats(const SeatLimits& limits) : limits_(limits) {}
    Seats(const Seats&) = delete;
    Seats& operator=(const Seats&) = delete;

    enum class Refusal { full, network_full };
    struct Answer {
        std::optional<Seat> seat;
        Refusal refusal = Refusal::full;  // when there is no seat
    };
    [[nodiscard]] Answer take(ListenerKind kind, const RemoteNetwork& from);

private:
    friend class Seat;
    void give_back(ListenerKind kind, const RemoteNetwork& from) noexcept;
    [[nodiscard]] std::size_t& taken(ListenerKind kind) noexcept;
    [[nodiscard]] bool join(const RemoteNetwork& network);
    void leave(const RemoteNetwork& network) noexcept;

    const SeatLimits limits_;
    std::mutex mutex_;  // Guards what follows.
    std::size_t main_ = 0;
    std::size_t admin_ = 0;
    std::map<std::array<unsigned char, 16>, std::size_t> networks_;  // of the main listener
};

}  // namespace samvev::wire
