#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/executor.hpp"
#include "dispatch/dispatcher.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"
#include "store/payload_seal.hpp"
#include "store/table.hpp"

namespace samvev::timers {

// Feeds events to the modules that react to them and sends what they ask for. Each (tenant,
// module) owns its position, kept in the table; a module's reactions start at the position at
// which it was first seen. Command ids are derived from (event, module, command, target stream,
// label): after a crash the same commands are sent again and answered as replays.
// The commands of one event are sent one after the other, and the next event waits for them.
// A chain longer than limits::reaction_depth_max, or a command refused for good, is parked: kept
// in the table with its reason, and warned of.
// Concurrency: step() one thread at a time; wake() and parked() [any thread].
class Reactor {
public:
    Reactor() = default;
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;
    virtual ~Reactor() = default;

    // Handles a batch of events per module; false when nothing was left to do.
    virtual bool step() = 0;
    // More has been committed, or some time has passed: a command that was not possible
    // (overloaded, read_only …) is tried again at the next wake, so wake at least once a second.
    virtual void wake() = 0;
    // Runs step() on `executor` whenever woken, until destroyed (which waits for a running step).
    virtual void run_on(base::Executor& executor) = 0;
    // Ends what run_on() began, after the step that is running.
    virtual void stop() = 0;
    struct Parked {
        std::uint32_t tenant = 0;
        std::string module;
        std::string event;
        std::string reason;
    };
    [[nodiscard]] virtual std::vector<Parked> parked() const = 0;
};

struct ReactorParts {
    const store::EventLog& log;
    const modules::Registry& registry;
    dispatch::Dispatcher& dispatcher;
    store::Table& table;
    store::PayloadSeal* seal = nullptr;  // of what is parked; null: it stands in the clear
};
// Activates modules that are new to this table, so make it before the first command is taken. All
// parts outlive the reactor.
[[nodiscard]] std::unique_ptr<Reactor> make_reactor(const ReactorParts& parts);

}  // namespace samvev::timers
