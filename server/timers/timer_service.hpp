#pragma once

#include <memory>

#include "base/clock.hpp"
#include "base/executor.hpp"
#include "dispatch/dispatcher.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"

namespace samvev::timers {

// Sends what is due: timers set by modules, in due order, at least once; late ones after start-up
// with the time they were due. The command id is derived from (setting event, name, due), so a
// second try is a replay. A refused timer is recorded in the system log and cleared with it.
// Concurrency: step() one thread at a time.
class TimerService {
public:
    TimerService() = default;
    TimerService(const TimerService&) = delete;
    TimerService& operator=(const TimerService&) = delete;
    virtual ~TimerService() = default;

    // Sends the commands of timers due now; returns how many. Completions may run later.
    virtual std::size_t step() = 0;
    // When step() should be called again at the latest; the far future when no timer is set.
    [[nodiscard]] virtual base::Timestamp next_due() const = 0;
};

struct TimerParts {
    store::EventLog& log;
    const modules::Registry& registry;
    dispatch::Dispatcher& dispatcher;
    const base::Clock& clock;
    base::IdSource& ids;
};
[[nodiscard]] std::unique_ptr<TimerService> make_timer_service(const TimerParts& parts);

}  // namespace samvev::timers
