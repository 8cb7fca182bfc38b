#include "subscriptions/tenant_feed.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/limits.hpp"
#include "base/log.hpp"

namespace samvev::subscriptions {

TenantFeed::TenantFeed(const Parts& parts, store::TenantId tenant)
    : parts_(parts),
      log_id_{tenant, store::LogKind::domain},
      distribution_([this] { return distribute(); }, &parts.executor) {}

TenantFeed::~TenantFeed() = default;

void TenantFeed::watch(const std::shared_ptr<Watcher>& watcher) {
    const store::Position head = parts_.log.head(log_id_).next;
    const std::lock_guard lock(mutex_);
    if (watched_.fetch_add(1) == 0) {
        recent_.restart(std::max(head, recent_.next()));
    }
    if (watcher->streams.empty()) {
        watchers_of_all_.push_back(watcher);
    }
    for (const store::StreamId& stream : watcher->streams.streams()) {
        watchers_of_stream_[stream.id].push_back(watcher);
    }
}

void TenantFeed::unwatch(const std::shared_ptr<Watcher>& watcher) {
    bool is_last = false;
    {
        const std::lock_guard lock(mutex_);
        std::erase(watchers_of_all_, watcher);
        for (const store::StreamId& stream : watcher->streams.streams()) {
            const auto found = watchers_of_stream_.find(stream.id);
            if (found == watchers_of_stream_.end()) {
                continue;  // Two kinds with one id: taken out already.
            }
            std::erase(found->second, watcher);
            if (found->second.empty()) {
                watchers_of_stream_.erase(found);
            }
        }
        is_last = watched_.fetch_sub(1) == 1;
        if (is_last) {
            recent_.clear();
            missed_ = false;
        }
    }
    if (is_last) {
        parts_.budget.holds(*this, 0);
    }
}

void TenantFeed::log_has_grown() {
    // A read-modify-write: whoever begins to watch after it sees the head that this commit made.
    if (watched_.fetch_or(0) == 0) {
        return;
    }
    if (!distribution_.wake()) {
        miss_all();
    }
}

void TenantFeed::miss_all() {
    Wakers wakers;
    {
        const std::lock_guard lock(mutex_);
        mark_all_missed();
        wakers = all_wakers();
    }
    for (const auto& waker : wakers) {
        waker->wake();
    }
}

void TenantFeed::mark_all_missed() {
    missed_ = true;
    for (const auto& [id, watchers] : watchers_of_stream_) {
        for (const auto& watcher : watchers) {
            watcher->missed = true;
        }
    }
}

TenantFeed::Wakers TenantFeed::all_wakers() const {
    Wakers wakers;
    for (const auto& watcher : watchers_of_all_) {
        wakers.push_back(watcher->waker);
    }
    for (const auto& [id, watchers] : watchers_of_stream_) {
        for (const auto& watcher : watchers) {
            wakers.push_back(watcher->waker);
        }
    }
    return wakers;
}

// Absent when nobody watches. Far behind (an import ran, the executor was busy) it does not
// serialise what nobody will take from here any more: those readers go to the log.
std::optional<store::Position> TenantFeed::distribute_from(store::Position head) {
    Wakers wakers;
    store::Position from;
    {
        const std::lock_guard lock(mutex_);
        if (watched_.load() == 0) {
            return std::nullopt;
        }
        from = recent_.next();
        if (head.value() > from.value() + limits::recent_events_max) {
            from = store::Position(head.value() - limits::recent_events_max);
            recent_.restart(from);
            mark_all_missed();
            wakers = all_wakers();
        }
    }
    for (const auto& waker : wakers) {
        waker->wake();
    }
    return from;
}

bool TenantFeed::distribute() {
    const store::LogHead head = parts_.log.head(log_id_);
    const std::optional<store::Position> from = distribute_from(head.next);
    if (!from) {
        return false;
    }
    std::vector<RecentEventPtr> events;
    const auto visited = parts_.log.scan(
        log_id_, *from, limits::distribute_events,
        [&](const store::EventView& event) {
            std::string text;
            parts_.delivered.append(text, log_id_.tenant, head.epoch, event);
            events.push_back(std::make_shared<const RecentEvent>(
                RecentEvent{store::RecordedEvent::copy_of(event), std::move(text)}
            ));
            return store::Visit::more;
        }
    );
    if (!visited) {
        base::logger("subscriptions")
            .error(
                "cannot read new events: tenant={} position={} code={}", log_id_.tenant.value(),
                from->value(), to_text(visited.error().code)
            );
        miss_all();
        return false;
    }
    const bool reached_head = events.size() < limits::distribute_events;
    return !publish(*from, std::move(events), reached_head) || !reached_head;
}

bool TenantFeed::publish(
    store::Position from, std::vector<RecentEventPtr> events, bool reached_head
) {
    Wakers wakers;
    std::size_t bytes = 0;
    {
        const std::lock_guard lock(mutex_);
        if (watched_.load() == 0 || recent_.next() != from) {
            return false;
        }
        for (RecentEventPtr& event : events) {
            touch(event->event.view(), wakers);
            recent_.append(std::move(event));
        }
        if (!events.empty()) {
            for (const auto& watcher : watchers_of_all_) {
                wakers.push_back(watcher->waker);
            }
        }
        missed_ = missed_ && !reached_head;
        bytes = recent_.bytes();
    }
    parts_.budget.holds(*this, bytes);
    for (const auto& waker : wakers) {
        waker->wake();
    }
    return true;
}

// A watcher that is marked already has been woken for it, or will look before it sleeps.
void TenantFeed::touch(const store::EventView& event, Wakers& wakers) {
    const auto found = watchers_of_stream_.find(event.stream_id);
    if (found == watchers_of_stream_.end()) {
        return;
    }
    for (const auto& watcher : found->second) {
        if (!watcher->touched_from && watcher->streams.takes(event)) {
            watcher->touched_from = event.position;
            wakers.push_back(watcher->waker);
        }
    }
}

void TenantFeed::drop_recent() {
    const std::lock_guard lock(mutex_);
    recent_.clear();
}

TenantFeed::Slice TenantFeed::recent(
    const Watcher& watcher, store::Position from, std::size_t count_max
) const {
    Slice slice;
    slice.next = from;
    const std::lock_guard lock(mutex_);
    slice.missed = missed_;
    slice.distributed = recent_.next();
    slice.covered = from >= recent_.first();
    if (!slice.covered) {
        return slice;
    }
    while (slice.next < recent_.next() && slice.events.size() < count_max) {
        const RecentEventPtr& event = recent_.at(slice.next);
        if (watcher.streams.takes(event->event.view())) {
            slice.events.push_back(event);
        }
        slice.next = slice.next.next();
    }
    return slice;
}

TenantFeed::Marks TenantFeed::take_marks(Watcher& watcher) {
    const std::lock_guard lock(mutex_);
    Marks marks;
    marks.touched_from = std::exchange(watcher.touched_from, std::nullopt);
    marks.missed = std::exchange(watcher.missed, false);
    marks.distributed = recent_.next();
    return marks;
}

}  // namespace samvev::subscriptions
