#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"
#include "views/parallel.hpp"
#include "views/view_catalog.hpp"

namespace samvev::views {

// Bytes that stay where they are until the arena goes.
class TextArena {
public:
    [[nodiscard]] std::string_view keep(std::string_view text);
    // The parts one after the other.
    [[nodiscard]] std::string_view join(std::initializer_list<std::string_view> parts);
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

private:
    char* room_for(std::size_t size);

    std::vector<std::unique_ptr<char[]>> blocks_;
    char* free_ = nullptr;
    std::size_t free_bytes_ = 0;
    std::size_t bytes_ = 0;
};

// An event as views fold it: at the newest version of its type. Points into the window.
struct WindowEvent {
    modules::EventIn in;
    store::Position position;
    const EventInterest* interest = nullptr;
    base::Uuid stream_id;
    std::string_view stream_key;        // "case/<uuid>"
    std::string_view entity_key;        // "case/<uuid>#<entity>", or empty
    const Error* unreadable = nullptr;  // why its data could not be brought to the newest version
};

// A stretch of a tenant's domain log, read once for all views that stand at its beginning.
struct EventWindow {
    TextArena texts;
    std::vector<WindowEvent> events;  // only those that one of the views takes
    std::deque<Error> errors;         // that events point to
    store::Position from;
    store::Position next;  // everything before it has been looked at
};

struct WindowBounds {
    store::TenantId tenant;
    store::Position from;
    std::size_t events_max = 0;  // looked at, taken or not
};

// `wanted` says whether any of the views that will fold the window takes such an event.
// Fails like EventLog::scan, when not even the first event could be read.
using Wanted = std::function<bool(const EventInterest&)>;
[[nodiscard]] Result<std::unique_ptr<EventWindow>> read_window(
    const store::EventLog& log, ViewCatalog& catalog, const WindowBounds& bounds,
    const Wanted& wanted
);

// Brings the data of older versions to the newest one. What fails is marked, not refused: only the
// views that take such an event have to wait.
void upcast_window(EventWindow& window, const modules::Registry& registry, const Workers& workers);

}  // namespace samvev::views
