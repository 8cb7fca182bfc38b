#include "store/commit_shape.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "store/bytes.hpp"
#include "store/keys/sealing_key.hpp"

namespace samvev::store {

namespace {

constexpr std::size_t list_texts_max = 255;  // The stored list has a u8 count.
constexpr std::size_t commitment_bytes = 32;

// The maxima are of what was appended. Sealing checked them before, and made it this much longer.
std::size_t sealing_allowance(const NewEvent& event) {
    return event.key_id.empty() ? 0 : sealed_overhead_bytes;
}

tl::unexpected<Error> wrong(std::string message) {
    return fail(ErrorCode::invalid_argument, std::move(message));
}

tl::unexpected<Error> too_large(std::string_view what, std::size_t size, std::size_t max) {
    return fail(
        ErrorCode::too_large, "the " + std::string(what) + " is too large",
        base::JsonObject()
            .number("size", static_cast<std::int64_t>(size))
            .number("max", static_cast<std::int64_t>(max))
            .text("what", what)
            .take()
    );
}

bool fits(std::string_view text) {
    return text.size() <= text_bytes_max;
}

bool all_fit(std::initializer_list<std::string_view> texts) {
    return std::all_of(texts.begin(), texts.end(), fits);
}

// Kinds stand in keys and in "kind/id" texts: no slash, no space, nothing unprintable.
bool is_stream_kind(std::string_view kind) {
    const auto allowed = [](char c) { return c > ' ' && c < '\x7f' && c != '/'; };
    return !kind.empty() && kind.size() <= limits::stream_kind_bytes_max &&
           std::all_of(kind.begin(), kind.end(), allowed);
}

Result<std::monostate> check_stream(const StreamId& stream) {
    if (!is_stream_kind(stream.kind)) {
        return wrong("a stream kind must be 1 to 40 printable ASCII characters without slash");
    }
    return std::monostate();
}

bool list_fits(const std::vector<std::string>& texts) {
    return texts.size() <= list_texts_max && std::all_of(texts.begin(), texts.end(), fits);
}

Result<std::monostate> check_event(const NewEvent& event) {
    if (event.id.value().is_nil()) {
        return wrong("an event id must not be nil");
    }
    if (event.type.empty() || event.type.size() > limits::event_type_bytes_max) {
        return wrong("an event type must be 1 to 120 bytes");
    }
    if (!event.commitment.empty() && event.commitment.size() != commitment_bytes) {
        return wrong("a key commitment must be 32 bytes or empty");
    }
    const Labels& labels = event.labels;
    if (labels.confidentiality > Confidentiality::strict) {
        return wrong("an event's confidentiality is not one of the four");
    }
    const bool texts_fit = all_fit(
                               {event.entity, event.occurred_on, event.key_id, event.traceparent,
                                labels.topic, labels.owner_unit}
                           ) &&
                           list_fits(labels.subjects) && list_fits(labels.audience);
    if (!texts_fit) {
        return wrong("a text or list of event " + event.type + " exceeds 255");
    }
    return std::monostate();
}

Result<std::monostate> check_writes(const Commit& commit, std::set<StreamId>& written) {
    for (const StreamWrite& write : commit.writes) {
        SAMVEV_CHECK_OK(check_stream(write.stream));
        if (!written.insert(write.stream).second) {
            return wrong("stream " + write.stream.text() + " is written twice in one commit");
        }
        if (write.events.empty()) {
            return wrong("stream " + write.stream.text() + " is written without events");
        }
        for (const NewEvent& event : write.events) {
            SAMVEV_CHECK_OK(check_event(event));
        }
    }
    return std::monostate();
}

Result<std::monostate> check_checks(const Commit& commit, const std::set<StreamId>& written) {
    std::set<StreamId> checked;
    for (const StreamCheck& check : commit.checks) {
        SAMVEV_CHECK_OK(check_stream(check.stream));
        if (check.expected.kind() == ExpectedRevision::Kind::any) {
            return wrong("a check of stream " + check.stream.text() + " with `any` checks nothing");
        }
        if (written.contains(check.stream)) {
            return wrong("stream " + check.stream.text() + " is both written and checked");
        }
        if (!checked.insert(check.stream).second) {
            return wrong("stream " + check.stream.text() + " is checked twice");
        }
    }
    return std::monostate();
}

Result<std::monostate> check_claim(const ClaimChange& change) {
    if (change.claim.name.empty() || !fits(change.claim.name)) {
        return wrong("a claim name must be 1 to 255 bytes");
    }
    return std::monostate();
}

// Claims only without a command: no module gives up another's.
bool only_lets_go(const Commit& commit) {
    const bool releases =
        !commit.idempotency &&
        std::all_of(commit.claims.begin(), commit.claims.end(), [](const ClaimChange& change) {
            return change.kind == ClaimChange::Kind::release;
        });
    return commit.timers.empty() && commit.checks.empty() &&
           (commit.claims.empty() ? !commit.timer_clears.empty() : releases);
}

Result<std::monostate> check_timer_key(const TimerKey& key) {
    SAMVEV_CHECK_OK(check_stream(key.stream));
    if (key.name.empty() || !all_fit({key.module, key.name})) {
        return wrong("a timer needs a name, and its texts must be at most 255 bytes");
    }
    return std::monostate();
}

Result<std::monostate> check_timers(const Commit& commit) {
    for (const TimerSet& timer : commit.timers) {
        SAMVEV_CHECK_OK(check_timer_key(timer.key));
        if (!fits(timer.command)) {
            return wrong("the command of timer " + timer.key.name + " exceeds 255 bytes");
        }
    }
    for (const TimerClear& clear : commit.timer_clears) {
        SAMVEV_CHECK_OK(check_timer_key(clear.key));
    }
    return std::monostate();
}

}  // namespace

Result<std::monostate> check_size(const Commit& commit) {
    std::size_t events = 0;
    std::size_t bytes = 0;
    std::size_t allowance = 0;
    for (const StreamWrite& write : commit.writes) {
        events += write.events.size();
        for (const NewEvent& event : write.events) {
            allowance += sealing_allowance(event);
            if (event.payload.size() > limits::event_payload_bytes_max + sealing_allowance(event)) {
                return too_large("event", event.payload.size(), limits::event_payload_bytes_max);
            }
            bytes += event.payload.size();
        }
    }
    for (const TimerSet& timer : commit.timers) {
        bytes += timer.data.size();
    }
    if (allowance > 0) {
        allowance += commit.timers.size() * sealed_data_overhead_bytes;
    }
    if (bytes > limits::commit_bytes_max + allowance) {
        return too_large("commit", bytes, limits::commit_bytes_max);
    }
    const std::size_t entries = commit.checks.size() + commit.claims.size() + commit.timers.size() +
                                commit.timer_clears.size() + events;
    if (entries > limits::commit_events_max) {
        return too_large("events", entries, limits::commit_events_max);
    }
    return std::monostate();
}

Result<std::monostate> check_shape(const Commit& commit) {
    if (commit.log.kind > LogKind::system) {
        return wrong("there is no such kind of log");
    }
    if (commit.writes.empty() && !only_lets_go(commit)) {
        return wrong("a commit without events may only clear timers and release claims");
    }
    const ActorStamp& actor = commit.actor;
    const bool actor_fits = all_fit({actor.actor, actor.role, actor.unit, actor.on_behalf_of}) &&
                            (!commit.idempotency || fits(commit.idempotency->actor));
    if (!actor_fits) {
        return wrong("a text of the acting person exceeds 255 bytes");
    }
    std::set<StreamId> written;
    SAMVEV_CHECK_OK(check_writes(commit, written));
    SAMVEV_CHECK_OK(check_checks(commit, written));
    for (const ClaimChange& change : commit.claims) {
        SAMVEV_CHECK_OK(check_claim(change));
        if (!commit.writes.empty() && !written.contains(change.owner)) {
            return wrong(
                "claim " + change.claim.name + " is owned by a stream the commit does not write"
            );
        }
    }
    return check_timers(commit);
}

}  // namespace samvev::store
