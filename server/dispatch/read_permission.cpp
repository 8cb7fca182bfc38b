#include "dispatch/read_permission.hpp"

#include <algorithm>

namespace samvev::dispatch {

bool ReadPermission::permits(
    const access::Actor& actor, std::string_view stream_kind, std::string_view event_type
) const {
    if (actor.has_role("auditor")) {
        return true;
    }
    const std::shared_ptr<const Takers> views = takers(stream_kind, event_type);
    return std::ranges::any_of(*views, [&](const modules::ViewType* view) {
        return actor.has_any_role(view->read_roles);
    });
}

std::shared_ptr<const ReadPermission::Takers> ReadPermission::takers(
    std::string_view stream_kind, std::string_view event_type
) const {
    std::string key;
    key.append(stream_kind).append(" ").append(event_type);
    const std::lock_guard lock(mutex_);
    std::shared_ptr<const Takers>& known = takers_[std::move(key)];
    if (!known) {
        Takers found;
        for (const auto& module : registry_.modules()) {
            for (const modules::ViewType& view : module->manifest().views) {
                if (view.takes(stream_kind, event_type)) {
                    found.push_back(&view);
                }
            }
        }
        known = std::make_shared<const Takers>(std::move(found));
    }
    return known;
}

}  // namespace samvev::dispatch
