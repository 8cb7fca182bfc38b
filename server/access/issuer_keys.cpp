#include "access/issuer_keys.hpp"

#include <spdlog/spdlog.h>

#include "access/compact_jws.hpp"
#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"

namespace samvev::access {
namespace {

tl::unexpected<Error> keys_missing(std::string message) {
    return fail(
        ErrorCode::unavailable, std::move(message),
        base::JsonObject().number("retryAfterMs", limits::key_retry_after.count()).take()
    );
}

}  // namespace

IssuerKeys::IssuerKeys(KeySource source, IssuerKeysParts parts)
    : source_(std::move(source)), parts_(std::move(parts)) {}

Result<void> IssuerKeys::load() {
    {
        const std::lock_guard lock(mutex_);
        attempted_ = parts_.clock.now();
    }
    return fetch_now();
}

void IssuerKeys::prefetch() {
    const std::lock_guard lock(mutex_);
    start_fetching(parts_.clock.now());
}

Result<IssuerKeys::Found> IssuerKeys::find(std::string_view key_id, Algorithm algorithm) {
    const base::Timestamp now = parts_.clock.now();
    const std::lock_guard lock(mutex_);
    look_after(now);
    const Jwk* const key = set_ ? set_->find(key_id, algorithm) : nullptr;
    if (key == nullptr && may_fetch(now)) {
        start_fetching(now);
    }
    if (key != nullptr) {
        return Found{set_, key, generation_};
    }
    if (is_fetching_) {
        return keys_missing("the issuer's keys are being fetched: try again in a moment");
    }
    if (!set_) {
        return keys_missing("the issuer's keys cannot be fetched for now: try again later");
    }
    return refuse_token("signature", "the token is signed with a key that its issuer has not");
}

std::uint64_t IssuerKeys::generation() {
    const std::lock_guard lock(mutex_);
    look_after(parts_.clock.now());
    return generation_;
}

bool IssuerKeys::may_fetch(base::Timestamp now) const noexcept {
    // A clock that was set back must not keep the keys from being fetched.
    return !is_fetching_ &&
           (!attempted_ || now < *attempted_ || now - *attempted_ >= limits::key_set_refresh_pause);
}

void IssuerKeys::look_after(base::Timestamp now) {
    if (set_ && now - fetched_ > limits::key_set_stale_max) {
        set_.reset();
        text_.clear();
        ++generation_;
    }
    if (set_ && now - fetched_ >= limits::key_set_refresh_every && may_fetch(now)) {
        start_fetching(now);
    }
}

void IssuerKeys::start_fetching(base::Timestamp now) {
    if (is_fetching_) {
        return;
    }
    attempted_ = now;
    // Set before posting, because the work may run at once on this thread's behalf elsewhere.
    is_fetching_ = true;
    const bool taken = parts_.executor.try_post([this] {
        const Result<void> fetched = fetch_now();
        if (!fetched) {
            base::logger("access").warn(
                "event=keys_not_fetched source={} error=\"{}\"", source_.place,
                fetched.error().message
            );
        }
    });
    is_fetching_ = taken;
}

Result<void> IssuerKeys::fetch_now() {
    Result<std::string> text = parts_.fetch(source_);
    Result<JwkSet> parsed = text ? JwkSet::parse(*text) : tl::unexpected<Error>(text.error());
    const base::Timestamp now = parts_.clock.now();
    const std::lock_guard lock(mutex_);
    is_fetching_ = false;
    if (!parsed) {
        return tl::unexpected<Error>(std::move(parsed.error()));
    }
    fetched_ = now;
    if (set_ && text_ == *text) {
        return {};
    }
    for (const std::string& reason : parsed->skipped()) {
        base::logger("access").info("event=key_skipped source={} {}", source_.place, reason);
    }
    set_ = std::make_shared<const JwkSet>(std::move(*parsed));
    text_ = std::move(*text);
    ++generation_;
    return {};
}

}  // namespace samvev::access
