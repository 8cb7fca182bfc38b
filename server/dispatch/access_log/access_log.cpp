#include "dispatch/access_log/access_log.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "dispatch/access_log/record.hpp"
#include "dispatch/commit_builder.hpp"

namespace samvev::dispatch {

namespace {

// What may stand for a later one of the same.
bool may_repeat(const AccessRecord& record) {
    return record.kind == AccessRecord::Kind::read || record.kind == AccessRecord::Kind::refusal;
}

base::Digest digest_of(
    store::TenantId tenant, const store::ActorStamp& actor, const store::StreamId& stream,
    const store::NewEvent& event
) {
    base::Sha256 hash;
    hash.update_length_prefixed(std::to_string(tenant.value()));
    for (const std::string* part :
         {&actor.actor, &actor.role, &actor.unit, &actor.on_behalf_of, &event.type, &event.payload
         }) {
        hash.update_length_prefixed(*part);
    }
    hash.update_length_prefixed(stream.text());
    return hash.finish();
}

Error refused(const Error& cause) {
    const std::string retry =
        base::JsonObject().number("retryAfterMs", limits::retry_after.count()).take();
    if (cause.code == ErrorCode::overloaded) {
        return {
            ErrorCode::overloaded,
            "More is read than can be put on record. Ask again after retryAfterMs.", retry
        };
    }
    return {
        ErrorCode::unavailable,
        "The access log takes no records now, and nothing is shown that is not on record. Ask "
        "again "
        "later.",
        retry
    };
}

}  // namespace

// The records of one answer, in commits of a size that the log takes.
struct AccessLog::Write {
    struct Event {
        store::StreamId stream;
        store::NewEvent event;
    };
    store::TenantId tenant;
    store::ActorStamp actor;
    base::Timestamp at;
    std::vector<std::vector<Event>> commits;  // the last is the next
    std::vector<base::Digest> repeatable;
    Recorded recorded;

    [[nodiscard]] store::Commit next(Place place) const {
        store::Commit commit;
        commit.log = {tenant, store::LogKind::access};
        commit.actor = actor;
        commit.recorded_at = at;
        if (place == Place::nobodys_stream) {
            commit.writes.push_back({nobodys_stream(), store::ExpectedRevision::any(), {}});
        }
        for (const Event& one : commits.back()) {
            if (place == Place::own_stream) {
                commit.writes.push_back({one.stream, store::ExpectedRevision::any(), {one.event}});
            } else {
                commit.writes.front().events.push_back(one.event);
                commit.writes.front().events.back().entity = one.stream.text();
            }
        }
        return commit;
    }
};

AccessLog::AccessLog(const Parts& parts) : parts_(parts) {}

AccessLog::~AccessLog() = default;

void AccessLog::record(access::Reading reading, Recorded recorded) {
    if (!reading.is_on_record()) {
        recorded(std::monostate{});
        return;
    }
    auto write = std::make_shared<Write>();
    write->tenant = store::TenantId(reading.reader.tenant);
    write->actor = actor_stamp(reading.reader);
    write->at = parts_.clock.now();
    bool is_shown = false;
    for (const AccessRecord& one : records_of(reading)) {
        store::NewEvent event = to_event(one);
        if (may_repeat(one)) {
            const base::Digest digest = digest_of(write->tenant, write->actor, one.stream, event);
            if (is_repeated(digest)) {
                continue;
            }
            write->repeatable.push_back(digest);
        }
        is_shown = is_shown || one.kind != AccessRecord::Kind::refusal;
        event.id = store::EventId(parts_.ids.make(write->at));
        if (write->commits.empty() || write->commits.back().size() == limits::commit_events_max) {
            write->commits.emplace_back();
        }
        write->commits.back().push_back({one.stream, std::move(event)});
    }
    if (is_shown) {
        write->recorded = std::move(recorded);
    } else {
        recorded(std::monostate{});
    }
    if (!write->commits.empty()) {
        begin(write);
    }
}

void AccessLog::record_later(access::Reading reading) {
    const bool posted = parts_.executor.try_post([this, reading = std::move(reading)] {
        record(reading, [](const Result<std::monostate>&) {});
    });
    if (!posted) {
        base::logger("access").error("a refusal is not on record: the server has too much to do");
    }
}

bool AccessLog::is_repeated(const base::Digest& digest) {
    const base::Timestamp now = parts_.clock.now();
    const std::lock_guard lock(mutex_);
    const base::Timestamp* const at = recent_.find(digest);
    return at != nullptr && now - *at < limits::access_repeat_window;
}

void AccessLog::remember(const Write& write) {
    const std::lock_guard lock(mutex_);
    for (const base::Digest& digest : write.repeatable) {
        if (base::Timestamp* const at = recent_.find(digest)) {
            *at = write.at;
            continue;
        }
        recent_.make_room(limits::access_repeats_max, 1, [](base::Timestamp) { return true; });
        recent_.insert(digest, write.at);
    }
}

void AccessLog::begin(const std::shared_ptr<Write>& write) {
    bool is_full = false;
    {
        const std::lock_guard lock(mutex_);
        is_full = under_way_ >= limits::access_commits_max &&
                  waiting_.size() >= limits::access_waiting_max;
        if (!is_full && under_way_ >= limits::access_commits_max) {
            waiting_.push_back(write);
            return;
        }
        ++under_way_;
    }
    if (is_full) {
        finish(write, fail(ErrorCode::overloaded, "too many reads wait for the access log"));
    } else {
        submit(write, Place::own_stream);
    }
}

void AccessLog::submit(const std::shared_ptr<Write>& write, Place place) {
    parts_.log.submit(
        write->next(place),
        [this, write, place](const Result<store::Committed>& outcome) {
            if (!outcome) {
                const bool erased = outcome.error().code == ErrorCode::gone;
                if (erased && place == Place::own_stream) {
                    // Its envelopes can still be read, and nobody's name is in them.
                    submit(write, Place::nobodys_stream);
                } else {
                    finish(write, tl::unexpected<Error>(outcome.error()));
                }
                return;
            }
            write->commits.pop_back();
            if (write->commits.empty()) {
                remember(*write);
                finish(write, std::monostate{});
            } else {
                submit(write, Place::own_stream);
            }
        }
    );
}

void AccessLog::finish(const std::shared_ptr<Write>& write, const Result<std::monostate>& outcome) {
    if (!outcome) {
        base::logger("access").error(
            "not on record: tenant={} actor={} code={} reason=\"{}\"", write->tenant.value(),
            write->actor.actor, base::to_text(outcome.error().code), outcome.error().message
        );
    }
    if (write->recorded) {
        write->recorded(
            outcome ? outcome : Result<std::monostate>(tl::unexpected(refused(outcome.error())))
        );
    }
    begin_waiting();
}

// After the end of one write. Not recursive: those that fail at once end here, too.
void AccessLog::begin_waiting() {
    std::unique_lock lock(mutex_);
    --under_way_;
    if (is_beginning_) {
        return;  // Whoever does looks again.
    }
    is_beginning_ = true;
    while (!waiting_.empty() && under_way_ < limits::access_commits_max) {
        const std::shared_ptr<Write> next = std::move(waiting_.front());
        waiting_.pop_front();
        ++under_way_;
        lock.unlock();
        submit(next, Place::own_stream);
        lock.lock();
    }
    is_beginning_ = false;
}

}  // namespace samvev::dispatch
