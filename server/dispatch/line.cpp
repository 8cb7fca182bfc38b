#include "dispatch/line.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace samvev::dispatch {

void Line::enqueue(std::shared_ptr<PendingCommand> pending) {
    const auto at = std::upper_bound(
        waiting.begin(), waiting.end(), pending->arrival,
        [](std::uint64_t arrival, const auto& other) { return arrival < other->arrival; }
    );
    waiting.insert(at, std::move(pending));
}

std::shared_ptr<Line> LineTable::line(store::LogId log, const store::StreamId& stream) {
    const Key key{log, stream};
    Shard& shard = shards_[KeyHash{}(key) % shards_.size()];
    const std::lock_guard lock(shard.mutex);
    if (const auto* const found = shard.lines.find(key)) {
        return *found;
    }
    // A line that someone holds (use_count above one) is in use or about to be; dropping it would
    // let two lines decide for one stream. Only this table hands lines out, under this mutex.
    constexpr std::size_t lines_max = limits::state_cache_entries_max / 16;
    constexpr std::size_t tries_max = 16;
    shard.lines.make_room(lines_max, tries_max, [](const std::shared_ptr<Line>& line) {
        return line.use_count() == 1;
    });
    return shard.lines.insert(key, std::make_shared<Line>(log, stream));
}

void LineTable::forget(store::LogId log, const store::StreamId& stream) {
    const Key key{log, stream};
    Shard& shard = shards_[KeyHash{}(key) % shards_.size()];
    const std::lock_guard lock(shard.mutex);
    shard.lines.erase_if(key, [](const std::shared_ptr<Line>& line) {
        if (line.use_count() == 1) {
            return true;
        }
        const std::lock_guard line_lock(line->mutex);
        line->stale = true;
        return false;
    });
}

}  // namespace samvev::dispatch
