#include "subscriptions/subscription.hpp"

#include <spdlog/spdlog.h>

#include "base/calendar_text.hpp"
#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"

namespace samvev::subscriptions {
namespace {

std::vector<StreamCursor> make_cursors(const StreamSet& streams) {
    std::vector<StreamCursor> cursors;
    for (const store::StreamId& stream : streams.streams()) {
        cursors.push_back({stream, std::nullopt});
    }
    return cursors;
}

}  // namespace

Subscription::Subscription(const Parts& parts, Start start)
    : parts_(parts),
      id_(std::move(start.id)),
      actor_(std::move(start.actor)),
      filter_(std::move(start.filter)),
      epoch_(parts.log.head(parts.feed.log_id()).epoch),
      watcher_(std::make_shared<Watcher>(std::move(start.waker), filter_.streams)),
      next_(start.next),
      cursors_(make_cursors(filter_.streams)),
      pending_(start.from_head ? Pending::none : Pending::in_log),
      spoke_at_(parts.clock.now()) {
    parts_.feed.watch(watcher_);
}

Subscription::~Subscription() {
    parts_.feed.unwatch(watcher_);
}

void Subscription::change_actor(const access::Actor& actor) {
    const std::lock_guard lock(mutex_);
    new_actor_ = actor;
}

Subscription::Answer Subscription::poll(Reach reach) {
    seen_.clear();
    {
        const std::lock_guard lock(mutex_);
        if (new_actor_) {
            actor_ = std::move(*new_actor_);
            new_actor_.reset();
        }
    }
    if (reached_at_) {
        return caught_up();
    }
    return cursors_.empty() ? poll_tenant(reach) : poll_streams(reach);
}

// --- the whole log --------------------------------------------------------------------------

Subscription::Answer Subscription::poll_tenant(Reach reach) {
    const base::Timestamp asked_at = parts_.clock.now();
    const TenantFeed::Slice slice = parts_.feed.recent(*watcher_, next_, limits::behind_events + 1);
    if (live_ && !slice.missed && next_ >= slice.distributed) {
        return idle(asked_at);
    }
    // After the recent events were looked at: what they miss then is still being brought to them.
    const store::Position head = parts_.log.head(parts_.feed.log_id()).next;
    if (next_ >= head) {
        return reach_head(asked_at);
    }
    if (live_ && head.value() - next_.value() > limits::behind_events) {
        return fall_behind();
    }
    if (slice.covered && !slice.events.empty()) {
        return take_recent(slice, reach);
    }
    return reach == Reach::memory ? Answer{Found::needs_log, {}, {}} : read_tenant_log();
}

Subscription::Answer Subscription::read_tenant_log() {
    const base::Timestamp asked_at = parts_.clock.now();
    const store::Position head = parts_.log.head(parts_.feed.log_id()).next;
    Page page(limits::scan_events_per_checkpoint);
    const auto scanned = parts_.log.scan(
        parts_.feed.log_id(), next_, limits::scan_events_per_checkpoint + limits::commit_events_max,
        [&](const store::EventView& event) {
            return offer(page, event, nullptr) == Page::Take::taken ? store::Visit::more
                                                                    : store::Visit::stop;
        }
    );
    if (!scanned) {
        return fail_with(scanned.error());
    }
    next_ = page.next().value_or(next_);
    return finish(page, next_ >= head, asked_at);
}

// --- some streams ---------------------------------------------------------------------------

void Subscription::read_marks() {
    const TenantFeed::Marks marks = parts_.feed.take_marks(*watcher_);
    if (marks.missed) {
        pending_ = Pending::in_log;
    } else if (marks.touched_from && pending_ == Pending::none) {
        next_ = std::max(next_, *marks.touched_from);
        pending_ = Pending::recent;
    } else if (pending_ == Pending::none) {
        next_ = std::max(next_, marks.distributed);
    }
}

Subscription::Answer Subscription::poll_streams(Reach reach) {
    const base::Timestamp asked_at = parts_.clock.now();
    read_marks();
    if (pending_ == Pending::none) {
        // To say that it has caught up it must know of the head, not of what was distributed.
        if (live_ || parts_.log.head(parts_.feed.log_id()).next <= next_) {
            return reach_head(asked_at);
        }
        pending_ = Pending::in_log;
    }
    if (pending_ == Pending::recent) {
        const TenantFeed::Slice slice =
            parts_.feed.recent(*watcher_, next_, limits::behind_events + 1);
        if (slice.covered && !slice.missed) {
            if (live_ && slice.events.size() > limits::behind_events) {
                return fall_behind();
            }
            return take_recent(slice, reach);
        }
        pending_ = Pending::in_log;
    }
    return reach == Reach::memory ? Answer{Found::needs_log, {}, {}} : read_streams();
}

Subscription::Answer Subscription::read_streams() {
    const base::Timestamp asked_at = parts_.clock.now();
    // Only what is below this head is read: an event that is appended to a stream already passed,
    // while another is read, must not be jumped over.
    const store::Position head = parts_.log.head(parts_.feed.log_id()).next;
    if (live_) {
        const auto unread = count_unread_in_streams();
        if (!unread) {
            return fail_with(unread.error());
        }
        if (*unread > limits::behind_events) {
            return fall_behind();
        }
    }
    StreamMerge merge(parts_.log, parts_.feed.log_id(), cursors_);
    Page page(limits::scan_events_per_checkpoint);
    const auto all = merge.visit(next_, head, [&](const store::EventView& event) {
        return offer(page, event, nullptr) == Page::Take::taken ? store::Visit::more
                                                                : store::Visit::stop;
    });
    if (!all) {
        return fail_with(all.error());
    }
    next_ = *all ? std::max(next_, head) : page.next().value_or(next_);
    merge.rewind(next_);
    if (*all) {
        pending_ = Pending::none;
    }
    return finish(page, *all, asked_at);
}

Result<std::uint64_t> Subscription::count_unread_in_streams() const {
    std::uint64_t unread = 0;
    for (const StreamCursor& cursor : cursors_) {
        SAMVEV_TRY(
            const auto next, find_revision(parts_.log, parts_.feed.log_id(), cursor.stream, next_)
        );
        SAMVEV_TRY(const auto head, parts_.log.stream_head(parts_.feed.log_id(), cursor.stream));
        if (head && next) {
            unread += head->revision.value() + 1 - next->value();
        }
    }
    return unread;
}

// --- both -----------------------------------------------------------------------------------

Subscription::Answer Subscription::take_recent(const TenantFeed::Slice& slice, Reach reach) {
    Page page(limits::scan_events_per_checkpoint);
    bool all = true;
    for (const RecentEventPtr& event : slice.events) {
        if (offer(page, event->event.view(), &event->text) == Page::Take::full) {
            all = false;
            break;
        }
    }
    next_ = all ? slice.next : page.next().value_or(next_);
    const bool reached = all && slice.next >= slice.distributed;
    if (reached) {
        pending_ = Pending::none;
    }
    // Their revisions are found again by position when the log is to be read.
    for (StreamCursor& cursor : cursors_) {
        cursor.next.reset();
    }
    if (page.event_count() == 0 && !(reached && live_)) {
        invisible_ += page.invisible_count();
        return poll(reach);
    }
    return finish(page, reached && live_, parts_.clock.now());
}

Page::Take Subscription::offer(Page& page, const store::EventView& event, const std::string* text) {
    if (!filter_.matches_type(event.type, parts_.delivered.version(event))) {
        return page.take_invisible(event);
    }
    Shown shown = parts_.permit(actor_, event);
    if (!shown.visible) {
        return page.take_invisible(event);
    }
    if (shown.ground.duty != access::LogDuty::none) {
        seen_.push_back({event.position, event.stream(), event.revision, std::move(shown.ground)});
    }
    return page.take_visible(event, [&](std::string& out) {
        if (text != nullptr && !shown.redacted) {
            out.append(*text);
        } else {
            parts_.delivered.append(
                out, parts_.feed.log_id().tenant, epoch_,
                shown.redacted ? shown.redacted->view() : event
            );
        }
    });
}

Subscription::Answer Subscription::finish(
    const Page& page, bool reached, base::Timestamp asked_at
) {
    if (reached && !live_) {
        reached_at_ = asked_at;
    }
    invisible_ += page.invisible_count();
    if (page.event_count() > 0) {
        std::string members = "\"events\":[";
        members.append(page.events()).append("],");
        Answer answer = say("events", members);
        answer.reading = reading_of(page);
        return answer;
    }
    if (reached_at_) {
        return caught_up();
    }
    // Not at the end and nothing to show: the position is worth telling, and there is more to read.
    return reached ? idle(asked_at) : say("checkpoint", "");
}

access::Reading Subscription::reading_of(const Page& page) const {
    access::Reading out;
    out.reader = actor_;
    out.method = "events.subscribe";
    out.key = id_;
    for (const Seen& seen : seen_) {
        if (page.next() && seen.position < *page.next()) {
            if (auto* const part = out.show(seen.stream.text(), seen.ground)) {
                access::extend(*part, seen.revision.value());
            }
        }
    }
    return out;
}

Subscription::Answer Subscription::reach_head(base::Timestamp asked_at) {
    if (live_) {
        return idle(asked_at);
    }
    reached_at_ = asked_at;
    return caught_up();
}

Subscription::Answer Subscription::idle(base::Timestamp now) {
    const bool is_long = invisible_ >= limits::scan_events_per_checkpoint ||
                         now - spoke_at_ >= limits::checkpoint_every;
    if (invisible_ > 0 && is_long) {
        return say("checkpoint", "");
    }
    return {};
}

Subscription::Answer Subscription::fall_behind() {
    live_ = false;
    return say("fellBehind", "");
}

Subscription::Answer Subscription::caught_up() {
    std::string members = "\"time\":";
    base::append_json_string(members, base::to_text(*reached_at_));
    members.push_back(',');
    reached_at_.reset();
    live_ = true;
    return say("caughtUp", members);
}

Subscription::Answer Subscription::fail_with(const Error& error) const {
    base::logger("subscriptions")
        .error(
            "subscription ends: tenant={} position={} code={} reason=\"{}\"",
            parts_.feed.log_id().tenant.value(), next_.value(), to_text(error.code), error.message
        );
    return end(to_text(error.code));
}

Subscription::Answer Subscription::end(std::string_view reason) const {
    std::string members = "\"reason\":";
    base::append_json_string(members, reason);
    members.push_back(',');
    return {Found::ended, notification("ended", members), {}};
}

Subscription::Answer Subscription::say(std::string_view kind, std::string_view members) {
    invisible_ = 0;
    spoke_at_ = parts_.clock.now();
    return {Found::something, notification(kind, members), {}};
}

std::string Subscription::notification(std::string_view kind, std::string_view members) const {
    const store::Position told =
        next_.value() == 0 ? before_first : store::Position(next_.value() - 1);
    std::string out;
    out.reserve(members.size() + 160);
    out.append("{\"subscription\":\"").append(id_).append("\",\"result\":{\"kind\":\"");
    out.append(kind).append("\",").append(members).append("\"position\":\"");
    out.append(parts_.delivered.token(parts_.feed.log_id().tenant, epoch_, told));
    out.append("\"}}");
    return out;
}

}  // namespace samvev::subscriptions
