#include "access/verified_tokens.hpp"

#include <cstring>

namespace samvev::access {

std::size_t VerifiedTokens::Hash::operator()(const base::Digest& digest) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
}

std::optional<VerifiedTokens::Verified> VerifiedTokens::find(
    const base::Digest& token, base::Timestamp now
) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(token);
    if (found == entries_.end() || found->second.principal.expires_at <= now) {
        return std::nullopt;
    }
    return found->second;
}

void VerifiedTokens::remember(const base::Digest& token, Verified verified) {
    const std::lock_guard lock(mutex_);
    const bool is_new = entries_.insert_or_assign(token, std::move(verified)).second;
    if (!is_new) {
        return;
    }
    order_.push_back(token);
    if (order_.size() > entries_max_) {
        entries_.erase(order_.front());
        order_.pop_front();
    }
}

std::size_t VerifiedTokens::size() {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

}  // namespace samvev::access
