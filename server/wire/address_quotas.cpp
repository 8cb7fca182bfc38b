#include "wire/address_quotas.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace samvev::wire {
namespace {

constexpr std::size_t sweep_min = 1024;

}  // namespace

std::optional<std::chrono::milliseconds> AddressQuotas::take(
    const RemoteNetwork& from, SteadyTime now
) {
    const std::lock_guard lock(mutex_);
    if (buckets_.size() >= sweep_at_ && !buckets_.contains(from.prefix)) {
        forget_unused(now);
    }
    TokenBucket& bucket = buckets_.try_emplace(from.prefix, rate_, now).first->second;
    return bucket.take(now) ? std::nullopt : std::optional(bucket.wait());
}

// Who has not tried for a while has the whole share again, forgotten or not.
void AddressQuotas::forget_unused(SteadyTime now) {
    std::erase_if(buckets_, [now](const auto& entry) { return entry.second.is_full(now); });
    if (buckets_.size() >= limits::addresses_counted_max) {
        buckets_.clear();
    }
    sweep_at_ = std::clamp(2 * buckets_.size(), sweep_min, limits::addresses_counted_max);
}

std::size_t AddressQuotas::size() const {
    const std::lock_guard lock(mutex_);
    return buckets_.size();
}

}  // namespace samvev::wire
