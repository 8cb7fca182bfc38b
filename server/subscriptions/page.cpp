#include "subscriptions/page.hpp"

#include "base/limits.hpp"

namespace samvev::subscriptions {
namespace {

// {"subscription":…,"result":{"kind":"events","events":[…],"position":…}} around the events.
constexpr std::size_t frame_bytes_max = 256;
static_assert(frame_bytes_max < limits::page_bytes_max);

}  // namespace

bool Page::enter(const store::EventView& event) {
    const bool same = commit_ && commit_->command == event.command &&
                      commit_->recorded_at == event.recorded_at && commit_->actor == event.actor;
    if (!same) {
        if (scanned_ >= scan_events_max_) {
            return false;
        }
        commit_begin_ = now_;
        commit_ = CommitMark{event.command, event.recorded_at, std::string(event.actor)};
    }
    ++scanned_;
    return true;
}

Page::Take Page::take_visible(const store::EventView& event, const Write& write) {
    if (!enter(event)) {
        return Take::full;
    }
    const std::size_t before = events_.size();
    if (now_.event_count < limits::page_events_max) {
        if (now_.event_count > 0) {
            events_.push_back(',');
        }
        write(events_);
    }
    const bool fits = now_.event_count < limits::page_events_max &&
                      events_.size() + frame_bytes_max <= limits::page_bytes_max;
    // The first event is sent however large it is: it is no larger than one event may be.
    if (!fits && now_.event_count > 0) {
        events_.resize(before);
        if (commit_begin_.event_count > 0) {
            now_ = commit_begin_;
            events_.resize(now_.bytes);
        }
        return Take::full;
    }
    now_.next = event.position.next();
    now_.bytes = events_.size();
    ++now_.event_count;
    return Take::taken;
}

Page::Take Page::take_invisible(const store::EventView& event) {
    if (!enter(event)) {
        return Take::full;
    }
    now_.next = event.position.next();
    ++now_.invisible_count;
    return Take::taken;
}

}  // namespace samvev::subscriptions
