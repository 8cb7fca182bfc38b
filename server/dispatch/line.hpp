#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "access/reading.hpp"
#include "dispatch/command_params.hpp"
#include "dispatch/module_state.hpp"
#include "dispatch/recent_map.hpp"
#include "dispatch/request.hpp"
#include "store/ids.hpp"

namespace samvev::dispatch {

// A command on its way through the line of its stream.
struct PendingCommand {
    CommandMethod method;
    CommandParams params;
    std::shared_ptr<const access::Actor> actor;
    std::shared_ptr<const CancelToken> cancel;
    std::optional<std::string> due_at;
    Completion done;
    access::Reading reading{};  // what the answer shows of persons, as it was last decided
    int attempts = 0;
    std::uint64_t arrival =
        0;  // commands of a stream are decided in this order, also when decided again
};

// The place where the commands of one stream wait for each other. At most one thread decides at a
// time (`busy`); what is decided runs ahead of the disk, so the states here may include events of
// commits that are still in flight.
struct Line {
    explicit Line(store::LogId log_id, store::StreamId stream_id)
        : log(log_id), stream(std::move(stream_id)) {}

    const store::LogId log;
    const store::StreamId stream;

    std::mutex mutex;  // Guards the next six members.
    bool busy = false;
    // Decide nothing until in_flight is 0: something must be read from the durable log first.
    bool quiet = false;
    // A commit was refused: the states are wrong from there on. Implies quiet.
    bool stale = false;
    std::deque<std::shared_ptr<PendingCommand>> waiting;  // by arrival
    std::size_t in_flight = 0;
    std::multiset<std::string> in_flight_commands;  // actor + command id

    // Used only by the thread that has set `busy`.
    std::map<const modules::Module*, ModuleState> states;
    std::optional<std::uint64_t> next_revision;  // absent: not loaded

    // Call with the mutex held.
    void enqueue(std::shared_ptr<PendingCommand> pending);
    [[nodiscard]] bool may_decide() const noexcept { return (!quiet && !stale) || in_flight == 0; }
};

// All lines, by stream. Beyond limits::state_cache_entries_max those that have been idle longest
// are dropped. [any thread]
class LineTable {
public:
    [[nodiscard]] std::shared_ptr<Line> line(store::LogId log, const store::StreamId& stream);
    // The stream has been erased: its states go, at once or with the next decision.
    void forget(store::LogId log, const store::StreamId& stream);

private:
    struct Key {
        store::LogId log;
        store::StreamId stream;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const noexcept {
            return std::hash<store::StreamId>{}(key.stream) ^
                   (std::size_t{key.log.tenant.value()} * 0x9e3779b9U);
        }
    };
    struct Shard {
        std::mutex mutex;  // Guards lines.
        RecentMap<Key, std::shared_ptr<Line>, KeyHash> lines;
    };

    std::array<Shard, 16> shards_;
};

}  // namespace samvev::dispatch
