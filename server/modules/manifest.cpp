#include "modules/manifest.hpp"

#include <algorithm>

namespace samvev::modules {

namespace {

template <typename List, typename Test>
const typename List::value_type* find_where(const List& list, Test test) noexcept {
    const auto found = std::find_if(list.begin(), list.end(), test);
    return found == list.end() ? nullptr : &*found;
}

}  // namespace

bool matches_type(std::string_view pattern, std::string_view type) noexcept {
    if (pattern == "*") {
        return true;
    }
    if (pattern.ends_with(".*")) {
        return type.starts_with(pattern.substr(0, pattern.size() - 1));
    }
    return pattern == type;
}

bool ViewType::takes(std::string_view stream_kind, std::string_view event_type) const noexcept {
    const bool of_kind =
        stream_kinds.empty() ||
        std::find(stream_kinds.begin(), stream_kinds.end(), stream_kind) != stream_kinds.end();
    return of_kind && std::any_of(on.begin(), on.end(), [&](const std::string& pattern) {
               return matches_type(pattern, event_type);
           });
}

const CommandType* Manifest::find_command(std::string_view name) const noexcept {
    return find_where(commands, [&](const CommandType& c) { return c.name == name; });
}

const EventType* Manifest::find_event(std::string_view type, std::uint32_t event_version)
    const noexcept {
    return find_where(events, [&](const EventType& e) {
        return e.version == event_version && e.type == type;
    });
}

std::uint32_t Manifest::latest_version(std::string_view type) const noexcept {
    std::uint32_t latest = 0;
    for (const EventType& e : events) {
        latest = e.type == type ? std::max(latest, e.version) : latest;
    }
    return latest;
}

const ViewType* Manifest::find_view(std::string_view view_id) const noexcept {
    return find_where(views, [&](const ViewType& v) { return v.id == view_id; });
}

bool Manifest::folds_event(std::string_view stream_kind, std::string_view event_type)
    const noexcept {
    const Fold* fold =
        find_where(folds, [&](const Fold& f) { return f.stream_kind == stream_kind; });
    return fold != nullptr &&
           std::any_of(fold->events.begin(), fold->events.end(), [&](const std::string& pattern) {
               return matches_type(pattern, event_type);
           });
}

bool Manifest::folds_stream(std::string_view stream_kind) const noexcept {
    return find_where(folds, [&](const Fold& f) { return f.stream_kind == stream_kind; }) !=
           nullptr;
}

}  // namespace samvev::modules
