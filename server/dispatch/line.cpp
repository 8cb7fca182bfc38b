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
    const auto found = shard.lines.find(key);
    if (found != shard.lines.end()) {
        return found->second;
    }
    make_room(shard);
    return shard.lines.emplace(key, std::make_shared<Line>(log, stream)).first->second;
}

// A line that someone holds (use_count above one) is in use or about to be; dropping it would let
// two lines decide for one stream. Only this table hands lines out, under the shard's mutex.
void LineTable::make_room(Shard& shard) {
    constexpr std::size_t lines_max = limits::state_cache_entries_max / 16;
    constexpr int tries_max = 16;
    auto candidate = shard.lines.begin();
    for (int i = 0;
         shard.lines.size() >= lines_max && candidate != shard.lines.end() && i < tries_max; ++i) {
        candidate = candidate->second.use_count() == 1 ? shard.lines.erase(candidate)
                                                       : std::next(candidate);
    }
}

}  // namespace samvev::dispatch
