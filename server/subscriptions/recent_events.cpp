#include "subscriptions/recent_events.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/limits.hpp"

namespace samvev::subscriptions {

void RecentEvents::restart(store::Position next) {
    events_.clear();
    bytes_ = 0;
    first_ = next;
}

void RecentEvents::append(RecentEventPtr event) {
    SAMVEV_ASSERT(event->event->position == next());
    bytes_ += event->bytes();
    events_.push_back(std::move(event));
    while (events_.size() > limits::recent_events_max || bytes_ > limits::recent_bytes_max) {
        drop_oldest();
    }
}

void RecentEvents::drop_oldest() {
    bytes_ -= events_.front()->bytes();
    events_.pop_front();
    first_ = first_.next();
}

void RecentBudget::holds(Holder& holder, std::size_t bytes) {
    std::vector<Holder*> emptied;
    {
        const std::lock_guard lock(mutex_);
        const auto found = std::find_if(shares_.begin(), shares_.end(), [&](const Share& share) {
            return share.holder == &holder;
        });
        if (found != shares_.end()) {
            total_ -= found->bytes;
            shares_.erase(found);
        }
        if (bytes > 0) {
            shares_.push_back({&holder, bytes});
            total_ += bytes;
        }
        while (total_ > limits::recent_bytes_max_all) {
            emptied.push_back(shares_.front().holder);
            total_ -= shares_.front().bytes;
            shares_.pop_front();
        }
    }
    for (Holder* const other : emptied) {
        other->drop_recent();
    }
}

}  // namespace samvev::subscriptions
