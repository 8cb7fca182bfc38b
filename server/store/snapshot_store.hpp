#pragma once

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "store/event_log.hpp"
#include "store/rocks_database.hpp"

namespace samvev::store {

// Snapshots in their own column family: never synced, lost at will.
//   snapshot row = u8 1, u32 state version, u64 revision, state, u32 CRC-32C of all before it
// Concurrency: [any thread].
class SnapshotStore {
public:
    // `database` outlives the store.
    explicit SnapshotStore(RocksDatabase& database) : database_(database) {}

    void put(LogId log, const StreamId& stream, const Snapshot& snapshot);
    // A row that does not verify reads as absent: it can be folded again.
    [[nodiscard]] Result<std::optional<Snapshot>> find(
        LogId log, const StreamId& stream, std::string_view module
    ) const;
    // Drops every snapshot of the stream and leaves no copy.
    [[nodiscard]] Result<std::monostate> drop(LogId log, const StreamId& stream);

private:
    RocksDatabase& database_;
};

}  // namespace samvev::store
