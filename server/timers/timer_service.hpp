#pragma once

#include <functional>
#include <memory>

#include "base/clock.hpp"
#include "base/executor.hpp"
#include "dispatch/dispatcher.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"

namespace samvev::timers {

// Sends what is due: timers set by modules, in due order, at least once; late ones after start-up
// with the time they were due. The command id is derived from (setting event, name, due), so a
// second try is a replay. When the command has counted, the timer is cleared by a commit of its
// own. A timer whose command is refused for good is recorded in the tenant's system log
// (timers.timer-refused), then cleared; one that is not possible now is tried again later, and the
// later timers of its stream wait for it. Timers of a module that is not loaded stay.
// Concurrency: step() and next_due() one thread at a time; on_wake() [any thread].
// Limitations: limits::timers_in_flight_max commands under way.
class TimerService {
public:
    TimerService() = default;
    TimerService(const TimerService&) = delete;
    TimerService& operator=(const TimerService&) = delete;
    virtual ~TimerService() = default;

    // Sends the commands of timers due now; returns how many. Completions may run later. May block
    // on disk.
    virtual std::size_t step() = 0;
    // When step() should be called again at the latest, as things stand; the far future when no
    // timer is set. A commit may set an earlier one: ask again after commits. May block on disk.
    [[nodiscard]] virtual base::Timestamp next_due() const = 0;
    // `wake` is called on any thread when an answer has come for step() to take up; it must only
    // post. None is called after a null one was set.
    virtual void on_wake(std::function<void()> wake) = 0;
};

struct TimerParts {
    store::EventLog& log;
    const modules::Registry& registry;
    dispatch::Dispatcher& dispatcher;
    const base::Clock& clock;
    base::IdSource& ids;
};
// All parts outlive the service. Commands under way when it is destroyed are sent again by the
// next.
[[nodiscard]] std::unique_ptr<TimerService> make_timer_service(const TimerParts& parts);

}  // namespace samvev::timers
