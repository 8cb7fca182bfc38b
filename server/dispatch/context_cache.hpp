#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "dispatch/module_state.hpp"
#include "dispatch/recent_map.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"

namespace samvev::dispatch {

// A module's durable state of a stream that a command reads besides its own (`reads`).
// Keeps the limits::state_cache_entries_max most recently read. [any thread]
class ContextCache {
public:
    ContextCache(const store::EventLog& log, const modules::Registry& registry)
        : log_(log), registry_(registry) {}

    struct Read {
        std::optional<store::Revision> revision;  // absent: the stream does not exist
        std::string state;                        // the module's saved state, or "null"
    };
    // Brings the state up to the durable head of the stream. May block on disk the first time.
    [[nodiscard]] Result<Read> read(
        const modules::Module& module, store::LogId log_id, const store::StreamId& stream
    );

    // The stream has been erased.
    void forget(store::LogId log_id, const store::StreamId& stream);

private:
    struct Entry {
        std::mutex mutex;  // Guards state and saved.
        std::optional<ModuleState> state;
        std::uint64_t saved_revision = 0;  // next_revision the saved text stands at
        std::string saved;
    };
    [[nodiscard]] std::shared_ptr<Entry> entry(const std::string& key);

    const store::EventLog& log_;
    const modules::Registry& registry_;
    std::mutex mutex_;  // Guards entries_.
    RecentMap<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace samvev::dispatch
