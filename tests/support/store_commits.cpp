#include "support/store_commits.hpp"

#include <utility>

#include "base/assert.hpp"
#include "base/calendar_text.hpp"

namespace samvev::test {

using store::Commit;
using store::EventView;

base::Uuid numbered_uuid(std::uint64_t number) {
    base::Uuid::Bytes bytes{};
    bytes[0] = 0x01;
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return base::Uuid(bytes);
}

store::StreamId case_stream(std::uint64_t number) {
    return {"case", numbered_uuid(number)};
}

store::LogId domain_log(std::uint32_t tenant) {
    return {store::TenantId(tenant), store::LogKind::domain};
}

store::NewEvent new_event(std::uint64_t id, std::string payload) {
    store::NewEvent event;
    event.id = store::EventId(numbered_uuid(id));
    event.type = "test.happened";
    event.payload = std::move(payload);
    return event;
}

std::vector<store::NewEvent> new_events(std::uint64_t first_id, std::size_t count) {
    std::vector<store::NewEvent> events;
    for (std::size_t i = 0; i < count; ++i) {
        events.push_back(new_event(first_id + i, "{\"n\":" + std::to_string(i) + "}"));
    }
    return events;
}

Commit commit_of(std::vector<store::StreamWrite> writes, store::LogId log) {
    Commit commit;
    commit.log = log;
    commit.writes = std::move(writes);
    commit.actor = {"staff/" + numbered_uuid(7).text(), "coordinator", numbered_uuid(8).text(), ""};
    commit.recorded_at = base::Timestamp(std::chrono::microseconds(1'700'000'000'000'000));
    return commit;
}

Commit one_event(std::uint64_t stream, std::uint64_t event_id) {
    return commit_of({{case_stream(stream), store::ExpectedRevision::any(), {new_event(event_id)}}}
    );
}

Commit with_command(Commit commit, std::uint64_t command, std::string_view content) {
    commit.idempotency = store::Idempotency{
        store::CommandId(numbered_uuid(command)), commit.actor.actor, base::sha256(content)
    };
    return commit;
}

store::ClaimKey claim_key(std::string name, std::uint64_t number) {
    return {std::move(name), base::sha256(std::to_string(number))};
}

store::TimerSet timer_of(
    std::uint64_t stream, std::string name, std::int64_t due_us, std::uint64_t set_by
) {
    store::TimerSet timer;
    timer.key = {case_stream(stream), "test", std::move(name)};
    timer.due = base::Timestamp(std::chrono::microseconds(due_us));
    timer.set_by = store::EventId(numbered_uuid(set_by));
    timer.command = "test.remind";
    timer.data = R"({"of":"it"})";
    return timer;
}

std::string event_as_text(const EventView& event) {
    std::string out = std::to_string(event.position.value()) + " " + event.stream().text() + "@" +
                      std::to_string(event.revision.value());
    const auto add = [&out](std::string_view text) {
        out += "|";
        out += text;
    };
    const auto add_list = [&](std::string_view packed) {
        for (const std::string& text : store::list_texts(packed)) {
            add(text);
        }
        add(";");
    };
    add(event.id.value().text());
    add(event.type);
    add(std::to_string(event.version));
    add(event.entity);
    add(event.occurred_on);
    add(base::to_text(event.recorded_at));
    add(event.command.value().text());
    add(event.actor);
    add(event.role);
    add(event.unit);
    add(event.on_behalf_of);
    add(event.topic);
    add(event.owner_unit);
    add(std::to_string(static_cast<int>(event.confidentiality)));
    add_list(event.subjects);
    add_list(event.audience);
    add(event.key_id);
    add(base::to_hex(event.commitment));
    add(event.traceparent);
    add(std::to_string(event.payload_size));
    add(base::to_hex(base::as_view(event.payload_sha256)));
    add(event.payload_state == store::PayloadState::present ? "present" : "removed");
    add(event.payload);
    return out;
}

std::string events_as_text(const store::EventLog& log, store::LogId id) {
    std::string out;
    const auto scanned = log.scan(id, store::Position(0), SIZE_MAX, [&out](const EventView& event) {
        out += event_as_text(event) + "\n";
        return store::Visit::more;
    });
    SAMVEV_ASSERT(scanned.has_value());
    return out;
}

}  // namespace samvev::test
