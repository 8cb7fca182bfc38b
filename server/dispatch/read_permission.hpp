#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/actor.hpp"
#include "modules/registry.hpp"

namespace samvev::dispatch {

// Who may see an event as it was recorded (stream.read, events.subscribe): whoever may read a view
// that takes it, and role "auditor". An event that no view takes is for auditors only. The floor
// under every finer rule: raw history is no way round the views' roles.
// Concurrency: [any thread]. `registry` outlives it.
class ReadPermission {
public:
    explicit ReadPermission(const modules::Registry& registry) : registry_(registry) {}

    [[nodiscard]] bool permits(
        const access::Actor& actor, std::string_view stream_kind, std::string_view event_type
    ) const;

private:
    using Takers = std::vector<const modules::ViewType*>;
    [[nodiscard]] std::shared_ptr<const Takers> takers(
        std::string_view stream_kind, std::string_view event_type
    ) const;

    const modules::Registry& registry_;
    mutable std::mutex mutex_;  // Guards takers_.
    // By "kind type": as many as there are types of events.
    mutable std::unordered_map<std::string, std::shared_ptr<const Takers>> takers_;
};

}  // namespace samvev::dispatch
