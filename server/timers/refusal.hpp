#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "store/commit.hpp"
#include "store/event_log.hpp"

namespace samvev::timers {

// Who the server's own bookkeeping is stamped with.
[[nodiscard]] store::ActorStamp timer_actor();

// `timers.timer-refused` in the tenant's system log: {"timer":{stream, module, name, command, due,
// setBy},"reason":{code, message, data?}}, without the timer's data. The stream is `timer/<command
// id>` and must not exist yet: recorded once, however often it is tried.
[[nodiscard]] store::Commit refusal_commit(
    const store::DueTimer& timer, base::Uuid command_id, const Error& reason, base::Timestamp now
);

// Takes the timer out, if it is still the one that was set by the same event.
[[nodiscard]] store::Commit clear_commit(const store::DueTimer& timer, base::Timestamp now);

}  // namespace samvev::timers
