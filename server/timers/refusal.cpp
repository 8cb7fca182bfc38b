#include "timers/refusal.hpp"

#include <array>

#include "base/calendar_text.hpp"
#include "base/json_text.hpp"
#include "base/limits.hpp"

namespace samvev::timers {
namespace {

constexpr std::string_view refused_type = "timers.timer-refused";
constexpr std::string_view refused_stream_kind = "timer";

std::string refusal_payload(const store::DueTimer& due, const Error& reason) {
    const store::TimerSet& timer = due.timer;
    base::JsonObject what;
    what.text("stream", timer.key.stream.text())
        .text("module", timer.key.module)
        .text("name", timer.key.name)
        .text("command", timer.command)
        .text("due", base::to_text(timer.due))
        .text("setBy", timer.set_by.value().text());
    base::JsonObject why;
    why.text("code", to_text(reason.code)).text("message", reason.message);
    if (!reason.data.empty() && reason.data.size() <= limits::refusal_data_bytes_max) {
        why.raw("data", reason.data);
    }
    return base::JsonObject().raw("timer", what.take()).raw("reason", why.take()).take();
}

}  // namespace

store::ActorStamp timer_actor() {
    store::ActorStamp stamp;
    stamp.actor = "system/timers";
    stamp.role = "system:timer";
    return stamp;
}

store::Commit refusal_commit(
    const store::DueTimer& timer, base::Uuid command_id, const Error& reason, base::Timestamp now
) {
    const std::string id_text = command_id.text();
    const std::array<std::string_view, 2> event_id_parts{refused_type, id_text};
    store::NewEvent event;
    event.id = store::EventId(base::derived_uuid(event_id_parts));
    event.type = refused_type;
    event.labels.topic = "system";
    event.payload = refusal_payload(timer, reason);
    store::Commit commit;
    commit.log = {timer.tenant, store::LogKind::system};
    store::StreamWrite write;
    write.stream = {std::string(refused_stream_kind), command_id};
    write.expected = store::ExpectedRevision::no_stream();
    write.events.push_back(std::move(event));
    commit.writes.push_back(std::move(write));
    commit.actor = timer_actor();
    commit.recorded_at = now;
    return commit;
}

store::Commit clear_commit(const store::DueTimer& timer, base::Timestamp now) {
    store::Commit commit;
    commit.log = {timer.tenant, store::LogKind::domain};
    commit.timer_clears.push_back({timer.timer.key, timer.timer.set_by});
    commit.actor = timer_actor();
    commit.recorded_at = now;
    return commit;
}

}  // namespace samvev::timers
