#include "wire/quotas.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/assert.hpp"

namespace samvev::wire {
namespace {

constexpr std::size_t sweep_min = 1024;

// Programs that import or mirror: by their kind, or by a role of theirs.
bool is_service(const access::Actor& actor) {
    return actor.kind == access::Actor::Kind::service ||
           std::ranges::any_of(actor.roles, [](const std::string& role) {
               return role.starts_with("service:");
           });
}

TokenBucket::Rate rate_of(std::size_t per_second, std::size_t at_once) {
    return {.per_second = static_cast<double>(per_second), .at_once = static_cast<double>(at_once)};
}

TokenBucket bucket(
    const QuotaLimits& limits, const access::Actor& actor, CallClass call, SteadyTime now
) {
    if (is_service(actor)) {
        const std::size_t rate = limits.service_calls_per_second;
        return {rate_of(rate, rate), now};
    }
    return call == CallClass::read
               ? TokenBucket(rate_of(limits.reads_per_second, limits.reads_at_once), now)
               : TokenBucket(rate_of(limits.commands_per_second, limits.commands_at_once), now);
}

}  // namespace

double TokenBucket::tokens_at(SteadyTime now) const {
    const std::chrono::duration<double> passed = std::max(now, at_) - at_;
    return std::min(rate_.at_once, tokens_ + passed.count() * rate_.per_second);
}

bool TokenBucket::take(SteadyTime now) {
    tokens_ = tokens_at(now);
    at_ = std::max(now, at_);
    if (tokens_ < 1) {
        return false;
    }
    tokens_ -= 1;
    return true;
}

std::chrono::milliseconds TokenBucket::wait() const {
    const double missing = std::max(0.0, 1 - tokens_);
    return std::chrono::milliseconds(std::llround(std::ceil(missing * 1000 / rate_.per_second)));
}

bool TokenBucket::is_full(SteadyTime now) const {
    return tokens_at(now) >= rate_.at_once;
}

Quota::Quota(const QuotaLimits& limits, const access::Actor& actor, SteadyTime now)
    : is_service_(is_service(actor)),
      sessions_max_(limits.sessions),
      subscriptions_max_(limits.subscriptions),
      reads_(bucket(limits, actor, CallClass::read, now)),
      commands_(bucket(limits, actor, CallClass::command, now)) {}

Quota::Verdict Quota::take(CallClass call, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    TokenBucket& bucket = call == CallClass::read ? reads_ : commands_;
    if (bucket.take(now)) {
        return {};
    }
    if (!refused_since_ || now - refused_last_ >= limits::rate_retry_min) {
        refused_since_ = now;
    }
    refused_last_ = now;
    const bool is_abuse = now - *refused_since_ >= limits::rate_abuse_max;
    return {
        .answer = is_abuse ? Verdict::Answer::abused : Verdict::Answer::refused,
        .retry_after = std::max(bucket.wait(), limits::rate_retry_min)
    };
}

bool Quota::take_session() {
    const std::lock_guard lock(mutex_);
    if (!is_service_ && sessions_ >= sessions_max_) {
        return false;
    }
    ++sessions_;
    return true;
}

void Quota::give_session() {
    const std::lock_guard lock(mutex_);
    SAMVEV_ASSERT(sessions_ > 0);
    --sessions_;
}

bool Quota::take_subscription() {
    const std::lock_guard lock(mutex_);
    if (!is_service_ && subscriptions_ >= subscriptions_max_) {
        return false;
    }
    ++subscriptions_;
    return true;
}

void Quota::give_subscriptions(std::size_t count) {
    const std::lock_guard lock(mutex_);
    SAMVEV_ASSERT(subscriptions_ >= count);
    subscriptions_ -= count;
}

bool Quota::is_unused(SteadyTime now) const {
    const std::lock_guard lock(mutex_);
    const bool rests = !refused_since_ || now - refused_last_ >= limits::rate_retry_min;
    return rests && sessions_ == 0 && subscriptions_ == 0 && reads_.is_full(now) &&
           commands_.is_full(now);
}

std::optional<SessionPlace> SessionPlace::take(std::shared_ptr<Quota> quota) {
    if (!quota->take_session()) {
        return std::nullopt;
    }
    return SessionPlace(std::move(quota));
}

SessionPlace::SessionPlace(SessionPlace&& other) noexcept
    : quota_(std::move(other.quota_)), subscriptions_(std::exchange(other.subscriptions_, 0)) {}

SessionPlace& SessionPlace::operator=(SessionPlace&& other) noexcept {
    std::swap(quota_, other.quota_);
    std::swap(subscriptions_, other.subscriptions_);
    return *this;
}

SessionPlace::~SessionPlace() {
    if (quota_) {
        quota_->give_subscriptions(subscriptions_);
        quota_->give_session();
    }
}

bool SessionPlace::take_subscription() {
    const bool taken = quota_->take_subscription();
    subscriptions_ += taken ? 1 : 0;
    return taken;
}

void SessionPlace::give_subscription() {
    SAMVEV_ASSERT(subscriptions_ > 0);
    --subscriptions_;
    quota_->give_subscriptions(1);
}

std::shared_ptr<Quota> Quotas::of(const access::Actor& actor) {
    // Who has a service's share by a role of this token, and who by no role, are counted apart.
    const std::string key =
        std::to_string(actor.tenant) + (is_service(actor) ? "!" : "/") + actor.text();
    const SteadyTime now = SteadyClock::now();
    const std::lock_guard lock(mutex_);
    if (const auto found = quotas_.find(key); found != quotas_.end()) {
        return found->second;
    }
    if (quotas_.size() >= sweep_at_) {
        forget_unused(now);
    }
    return quotas_.emplace(key, std::make_shared<Quota>(limits_, actor, now)).first->second;
}

void Quotas::forget_unused(SteadyTime now) {
    std::erase_if(quotas_, [now](const auto& entry) {
        return entry.second.use_count() == 1 && entry.second->is_unused(now);
    });
    if (quotas_.size() >= limits::principals_max) {
        std::erase_if(quotas_, [](const auto& entry) { return entry.second.use_count() == 1; });
    }
    sweep_at_ = std::min(std::max(sweep_min, 2 * quotas_.size()), limits::principals_max);
}

std::size_t Quotas::size() const {
    const std::lock_guard lock(mutex_);
    return quotas_.size();
}

}  // namespace samvev::wire
