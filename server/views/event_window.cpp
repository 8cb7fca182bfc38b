#include "views/event_window.hpp"

#include <algorithm>
#include <optional>

#include "base/limits.hpp"

namespace samvev::views {
namespace {

constexpr std::size_t block_bytes = 64 * 1024;  // Small enough for the heap to be used again.
// A window ends early when it holds this much, so that memory does not depend on what people write.
constexpr std::size_t window_bytes_max = 48 * 1024 * 1024;

WindowEvent keep_event(
    TextArena& texts, const store::EventView& event, const EventInterest& interest
) {
    WindowEvent kept;
    kept.position = event.position;
    kept.interest = &interest;
    kept.stream_id = event.stream_id;
    modules::EventIn& in = kept.in;
    in.revision = event.revision.value();
    in.recorded_at = event.recorded_at;
    in.version = event.version;
    in.id = texts.keep(event.id.value().text());
    const std::string id = event.stream_id.text();
    const std::string_view key = texts.join({event.stream_kind, "/", id, "#", event.entity});
    kept.stream_key = key.substr(0, event.stream_kind.size() + 1 + id.size());
    kept.entity_key = event.entity.empty() ? std::string_view() : key;
    in.stream_kind = key.substr(0, event.stream_kind.size());
    in.stream_id = kept.stream_key.substr(event.stream_kind.size() + 1);
    in.entity = key.substr(kept.stream_key.size() + 1);
    in.type = texts.keep(event.type);
    in.occurred_on = texts.keep(event.occurred_on);
    in.actor = texts.keep(event.actor);
    in.role = texts.keep(event.role);
    in.unit = texts.keep(event.unit);
    if (store::is_readable(event)) {
        in.data = texts.keep(event.payload);
    }
    return kept;
}

}  // namespace

char* TextArena::room_for(std::size_t size) {
    if (size > free_bytes_) {
        const std::size_t block = std::max(size, block_bytes);
        free_ = blocks_.emplace_back(std::make_unique_for_overwrite<char[]>(block)).get();
        free_bytes_ = block;
    }
    char* const room = free_;
    free_ += size;
    free_bytes_ -= size;
    bytes_ += size;
    return room;
}

std::string_view TextArena::keep(std::string_view text) {
    return join({text});
}

std::string_view TextArena::join(std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (const std::string_view part : parts) {
        size += part.size();
    }
    if (size == 0) {
        return {};
    }
    char* const room = room_for(size);
    char* to = room;
    for (const std::string_view part : parts) {
        to = std::copy(part.begin(), part.end(), to);
    }
    return {room, size};
}

Result<std::unique_ptr<EventWindow>> read_window(
    const store::EventLog& log, ViewCatalog& catalog, const WindowBounds& bounds,
    const Wanted& wanted
) {
    auto window = std::make_unique<EventWindow>();
    window->from = bounds.from;
    window->next = bounds.from;
    if (bounds.events_max == 0) {
        return window;
    }
    window->events.reserve(std::min(bounds.events_max, limits::projector_batch_events));
    const auto visit = [&](const store::EventView& event) {
        const EventInterest& interest = catalog.interest(event.stream_kind, event.type);
        if (interest.wanted && wanted(interest)) {
            window->events.push_back(keep_event(window->texts, event, interest));
        }
        window->next = event.position.next();
        return window->texts.bytes() < window_bytes_max ? store::Visit::more : store::Visit::stop;
    };
    const auto scanned =
        log.scan({bounds.tenant, store::LogKind::domain}, bounds.from, bounds.events_max, visit);
    if (!scanned && window->next == bounds.from) {
        return tl::unexpected(scanned.error());
    }
    // What was read before an unreadable event is folded; the next window starts at it and reports.
    return window;
}

void upcast_window(EventWindow& window, const modules::Registry& registry, const Workers& workers) {
    std::vector<WindowEvent*> old;
    for (WindowEvent& event : window.events) {
        if (event.in.data && event.in.version < event.interest->newest_version) {
            old.push_back(&event);
        }
    }
    std::vector<std::optional<Result<modules::Registry::Upcasted>>> made(old.size());
    for_each_index(workers, old.size(), [&](std::size_t i) {
        made[i].emplace(registry.upcast(old[i]->in));
    });
    for (std::size_t i = 0; i < old.size(); ++i) {
        const Result<modules::Registry::Upcasted>& newest = *made[i];
        if (newest) {
            old[i]->in.version = newest->version;
            old[i]->in.data = window.texts.keep(newest->data);
        } else {
            old[i]->unreadable = &window.errors.emplace_back(newest.error());
        }
    }
}

}  // namespace samvev::views
