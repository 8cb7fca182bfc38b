#include "views/waiters.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/limits.hpp"

namespace samvev::views {
namespace {

// One for each call that may be under way.
constexpr std::size_t waiting_max = limits::worker_queue_max;

}  // namespace

template <typename Predicate>
std::vector<Waiters::Waiter> Waiters::take(Predicate is_taken) {
    const std::lock_guard lock(mutex_);
    const auto taken = std::stable_partition(waiting_.begin(), waiting_.end(), [&](Waiter& waiter) {
        return !is_taken(waiter);
    });
    std::vector<Waiter> out(
        std::make_move_iterator(taken), std::make_move_iterator(waiting_.end())
    );
    waiting_.erase(taken, waiting_.end());
    return out;
}

bool Waiters::try_add(Waiter& waiter) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= waiting_max) {
        return false;
    }
    waiting_.push_back(std::move(waiter));
    return true;
}

void Waiters::reached(store::TenantId tenant, std::size_t view, store::Position position) {
    const auto taken = take([&](const Waiter& waiter) {
        return waiter.tenant == tenant && waiter.view == view && waiter.position <= position;
    });
    for (const Waiter& waiter : taken) {
        waiter.done(true);
    }
}

void Waiters::tick(Time now) {
    const auto taken = take([&](Waiter& waiter) {
        if (!waiter.give_up) {
            waiter.give_up = now + limits::at_least_wait;
        }
        return now >= *waiter.give_up;
    });
    for (const Waiter& waiter : taken) {
        waiter.done(false);
    }
}

}  // namespace samvev::views
