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
    if (kind == ListenerKind::main && !join(from)) {
        answer.refusal = Refusal::network_full;
        return answer;
    }
    ++taken(kind);
    answer.seat.emplace(*this, kind, from);
    return answer;
}

void Seats::give_back(ListenerKind kind, const RemoteNetwork& from) noexcept {
    const std::lock_guard lock(mutex_);
    --taken(kind);
    if (kind == ListenerKind::main) {
        leave(from);
    }
}

bool Seats::join(const RemoteNetwork& network) {
    const std::size_t most =
        network.is_loopback || network.is_proxy ? limits_.per_loopback : limits_.per_network;
    const auto place = networks_.try_emplace(network.prefix, 0).first;
    if (place->second >= most) {
        return false;  // It has some: `most` is not 0.
    }
    ++place->second;
    return true;
}

void Seats::leave(const RemoteNetwork& network) noexcept {
    const auto place = networks_.find(network.prefix);
    SAMVEV_ASSERT(place != networks_.end());
    if (--place->second == 0) {
        networks_.erase(place);
    }
}

bool Seat::move_to(const RemoteNetwork& network) {
    if (kind_ != ListenerKind::main || network.prefix == from_.prefix) {
        return true;
    }
    const std::lock_guard lock(seats_->mutex_);
    if (!seats_->join(network)) {
        return false;
    }
    seats_->leave(from_);
    from_ = network;
    return true;
}

}  // namespace samvev::wire
