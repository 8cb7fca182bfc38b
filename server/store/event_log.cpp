#include "store/event_log.hpp"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace samvev::store {

Result<Committed> EventLog::append(Commit commit) {
    struct Waiter {
        std::mutex mutex;
        std::condition_variable changed;
        std::optional<Result<Committed>> outcome;
    } waiter;
    submit(std::move(commit), [&waiter](Result<Committed> outcome) {
        // Notified under the lock: the waiter is gone as soon as it sees the outcome.
        const std::lock_guard lock(waiter.mutex);
        waiter.outcome = std::move(outcome);
        waiter.changed.notify_one();
    });
    std::unique_lock lock(waiter.mutex);
    waiter.changed.wait(lock, [&waiter] { return waiter.outcome.has_value(); });
    return std::move(*waiter.outcome);
}

Result<std::vector<RecordedEvent>> read_log(
    const EventLog& log, LogId id, Position from, std::size_t limit
) {
    std::vector<RecordedEvent> out;
    SAMVEV_CHECK_OK(log.scan(id, from, limit, [&out](const EventView& event) {
        out.push_back(RecordedEvent::copy_of(event));
        return Visit::more;
    }));
    return out;
}

Result<std::vector<RecordedEvent>> read_stream(
    const EventLog& log, LogId id, const StreamId& stream, Revision from, std::size_t limit
) {
    std::vector<RecordedEvent> out;
    SAMVEV_CHECK_OK(log.scan_stream(id, stream, from, limit, [&out](const EventView& event) {
        out.push_back(RecordedEvent::copy_of(event));
        return Visit::more;
    }));
    return out;
}

}  // namespace samvev::store
