#include "modules/c_event.hpp"

namespace samvev::modules {

samvev_event c_event(const EventIn& event) noexcept {
    samvev_event out{};
    out.size = sizeof out;
    out.version = event.version;
    out.revision = event.revision;
    out.recorded_us = event.recorded_at.time_since_epoch().count();
    out.id = c_text(event.id);
    out.stream_kind = c_text(event.stream_kind);
    out.stream_id = c_text(event.stream_id);
    out.type = c_text(event.type);
    out.entity = c_optional(event.entity);
    out.occurred_on = c_optional(event.occurred_on);
    out.actor = c_text(event.actor);
    out.role = c_text(event.role);
    out.unit = c_optional(event.unit);
    out.data = c_optional(event.data);
    return out;
}

samvev_command c_command(const CommandIn& command) noexcept {
    samvev_command out{};
    out.size = sizeof out;
    out.version = command.version;
    out.now_us = command.now.time_since_epoch().count();
    out.seed[0] = command.seed[0];
    out.seed[1] = command.seed[1];
    out.revision = command.revision ? static_cast<std::int64_t>(*command.revision) : -1;
    out.command_id = c_text(command.command_id);
    out.stream_kind = c_text(command.stream_kind);
    out.stream_id = c_text(command.stream_id);
    out.name = c_text(command.name);
    out.actor = c_text(command.actor);
    out.roles = c_text(command.roles.empty() ? "[]" : command.roles);
    out.unit = c_optional(command.unit);
    out.occurred_on = c_optional(command.occurred_on);
    out.due_at = c_optional(command.due_at);
    out.data = c_text(command.data.empty() ? "{}" : command.data);
    out.context = c_text(command.context.empty() ? "{}" : command.context);
    out.config = c_text(command.config.empty() ? "{}" : command.config);
    return out;
}

CEvents::CEvents(std::span<const EventIn> events) {
    events_.reserve(events.size());
    pointers_.reserve(events.size());
    for (const EventIn& event : events) {
        events_.push_back(c_event(event));
        pointers_.push_back(&events_.back());
    }
}

}  // namespace samvev::modules
