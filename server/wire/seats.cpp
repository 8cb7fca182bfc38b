#include "wire/seats.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace samvev::wire {
namespace {

constexpr std::array<unsigned char, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::array<unsigned char, 16> v6_loopback = {0, 0, 0, 0, 0, 0, 0, 0,
                                                       0, 0, 0, 0, 0, 0, 0, 1};
constexpr unsigned char v4_loopback = 127;
constexpr std::size_t network_bytes = 8;

}  // namespace

RemoteNetwork network_of(const std::array<unsigned char, 16>& address) noexcept {
    RemoteNetwork network{.prefix = address, .is_loopback = address == v6_loopback};
    if (std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.begin())) {
        network.is_loopback = address[mapped_prefix.size()] == v4_loopback;
    } else if (!network.is_loopback) {
        std::fill(network.prefix.begin() + network_bytes, network.prefix.end(), 0);
    }
    return network;
}

Seat::Seat(Seat&& other) noexcept
    : seats_(std::exchange(other.seats_, nullptr)), kind_(other.kind_), from_(other.from_) {}

Seat::~Seat() {
    if (seats_ != nullptr) {
        seats_->give_back(kind_, from_);
    }
}

std::size_t& Seats::taken(ListenerKind kind) noexcept {
    return kind == ListenerKind::main ? main_ : admin_;
}

Seats::Answer Seats::take(ListenerKind kind, const RemoteNetwork& from) {
    Answer answer;
    const std::lock_guard lock(mutex_);
    if (taken(kind) >= (kind == ListenerKind::main ? limits_.main : limits_.admin)) {
        return answer;
    }
    if (kind == ListenerKind::main) {
        std::size_t& same_network = networks_[from.prefix];
        if (same_network >= (from.is_loopback ? limits_.per_loopback : limits_.per_network)) {
            answer.refusal = Refusal::network_full;
            return answer;
        }
        ++same_network;
    }
    ++taken(kind);
    answer.seat.emplace(*this, kind, from);
    return answer;
}

void Seats::give_back(ListenerKind kind, const RemoteNetwork& from) noexcept {
    const std::lock_guard lock(mutex_);
    --taken(kind);
    if (kind == ListenerKind::main) {
        const auto network = networks_.find(from.prefix);
        SAMVEV_ASSERT(network != networks_.end());
        if (--network->second == 0) {
            networks_.erase(network);
        }
    }
}

}  // namespace samvev::wire
