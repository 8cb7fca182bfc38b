#pragma once

#include <array>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>

#include "wire/quotas.hpp"
#include "wire/seats.hpp"

namespace samvev::wire {

// How often something may be tried from one address, before anybody has said who they are: one
// IPv4 address, or one IPv6 network of 64 bits. [any thread]
// Limitations: limits::addresses_counted_max; when there are more, all count from the start again.
class AddressQuotas {
public:
    explicit AddressQuotas(TokenBucket::Rate rate) : rate_(rate) {}

    // Absent when it may be done now; else for how long it may not.
    [[nodiscard]] std::optional<std::chrono::milliseconds> take(
        const RemoteNetwork& from, SteadyTime now
    );
    [[nodiscard]] std::size_t size() const;

private:
    void forget_unused(SteadyTime now);  // mutex_ held

    const TokenBucket::Rate rate_;
    mutable std::mutex mutex_;  // Guards what follows.
    std::map<std::array<unsigned char, 16>, TokenBucket> buckets_;
    std::size_t sweep_at_ = 1024;  // Entries; twice what the last sweep left.
};

}  // namespace samvev::wire
