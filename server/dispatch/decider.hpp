#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "dispatch/context_cache.hpp"
#include "dispatch/line.hpp"
#include "dispatch/module_state.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"

namespace samvev::dispatch {

struct Decided {
    modules::DecisionOut decision;
    std::vector<store::StreamCheck> checks;  // of the streams read as context; by stream, each once
    base::Timestamp now;
};

// Asks a command's module, with all that the decision may see: the clock, a seed that is the same
// for the same command, the states of the streams that the command reads. Writes nothing.
// `log`, `registry` and `clock` outlive it. [any thread]
class Decider {
public:
    // `seed_key`: secret; seeds are its HMAC of tenant and commandId.
    Decider(
        store::EventLog& log, const modules::Registry& registry, const base::Clock& clock,
        std::string seed_key
    );

    // Of the thread that has set line.busy, with line.next_revision loaded. Errors: of the log when
    // a context is read, module_fault.
    [[nodiscard]] Result<Decided> decide(
        const Line& line, const PendingCommand& pending, const ModuleState& state
    );
    void forget(store::LogId log, const store::StreamId& stream) { contexts_.forget(log, stream); }

private:
    struct Context {
        std::string states = "{";  // JSON object: name in `reads` -> state
        std::vector<store::StreamCheck> checks;
    };
    // Without the command's own stream `own`, and without what its data does not name.
    [[nodiscard]] Result<Context> context(
        const CommandMethod& method, const CommandParams& params, store::LogId log,
        const store::StreamId& own
    );

    const base::Clock& clock_;
    std::string seed_key_;
    ContextCache contexts_;
};

}  // namespace samvev::dispatch
