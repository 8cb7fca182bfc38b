#include "subscriptions/connection.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace samvev::subscriptions {

Result<std::string> Connection::reserve_id() {
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= limits::subscriptions_per_connection_max) {
        return fail(
            ErrorCode::overloaded,
            "This connection has " + std::to_string(limits::subscriptions_per_connection_max) +
                " subscriptions, the most there may be: end one, or open another connection.",
            "{\"retryAfterMs\":" + std::to_string(limits::retry_after.count()) + "}"
        );
    }
    return "s_" + std::to_string(++last_number_);
}

void Connection::add(std::shared_ptr<Subscription> subscription) {
    const std::lock_guard lock(mutex_);
    entries_.push_back({std::move(subscription), std::nullopt});
}

// Null when there is none. To be destroyed without the lock: it unwatches its feed.
std::shared_ptr<Subscription> Connection::take(std::string_view id) {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.subscription->id() == id;
    });
    if (found == entries_.end()) {
        return nullptr;
    }
    std::shared_ptr<Subscription> taken = std::move(found->subscription);
    entries_.erase(found);
    return taken;
}

bool Connection::remove(std::string_view id) {
    return take(id) != nullptr;
}

bool Connection::has(std::string_view id) const {
    const std::lock_guard lock(mutex_);
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.subscription->id() == id;
    });
}

std::optional<std::string> Connection::break_off(std::string_view id, std::string_view reason) {
    const std::shared_ptr<Subscription> taken = take(id);
    return taken ? std::optional(taken->end(reason).params) : std::nullopt;
}

void Connection::change_actor(const access::Actor& actor) {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
        entry.subscription->change_actor(actor);
    }
}

void Connection::end_all(std::string_view reason) {
    {
        const std::lock_guard lock(mutex_);
        for (Entry& entry : entries_) {
            entry.ended = reason;
        }
    }
    waker_->wake();
}

void Connection::remove_all() {
    std::vector<Entry> removed;
    {
        const std::lock_guard lock(mutex_);
        removed.swap(entries_);
    }
}

std::vector<Connection::Entry> Connection::entries_in_turn() const {
    const std::lock_guard lock(mutex_);
    std::vector<Entry> entries = entries_;
    const auto last = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
        return entry.subscription->id() == last_turn_;
    });
    if (last != entries.end()) {
        std::rotate(entries.begin(), last + 1, entries.end());
    }
    return entries;
}

// False when it was unsubscribed meanwhile: then its answer is not sent.
bool Connection::turn_passes(std::string_view id) {
    const std::lock_guard lock(mutex_);
    last_turn_ = id;
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.subscription->id() == id;
    });
}

Subscription::Answer Connection::poll_each(Subscription::Reach reach) {
    for (const Entry& entry : entries_in_turn()) {
        Subscription& subscription = *entry.subscription;
        Subscription::Answer answer =
            entry.ended ? subscription.end(*entry.ended) : subscription.poll(reach);
        switch (answer.found) {
            case Subscription::Found::nothing:
                continue;
            case Subscription::Found::needs_log:
                return answer;
            case Subscription::Found::something:
                if (turn_passes(subscription.id())) {
                    return answer;
                }
                continue;
            case Subscription::Found::ended:
                if (turn_passes(subscription.id()) && remove(subscription.id())) {
                    return answer;
                }
                continue;
        }
    }
    return {};
}

Subscription::Answer Connection::poll(Subscription::Reach reach) {
    while (true) {
        waker_->falls_asleep();
        Subscription::Answer answer = poll_each(reach);
        if (answer.found != Subscription::Found::nothing) {
            waker_->stays_awake();
            return answer;
        }
        // Woken while it looked: the look may have come too early.
        if (waker_->is_asleep()) {
            return answer;
        }
    }
}

void Connection::count(std::uint64_t& live, std::uint64_t& behind) const {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
        ++(entry.subscription->is_live() ? live : behind);
    }
}

}  // namespace samvev::subscriptions
