#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/executor.hpp"
#include "base/result.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"
#include "store/table.hpp"
#include "views/query.hpp"

namespace samvev::views {

// Folds the domain logs of all tenants into the documents of every view of every module.
//
// Each (tenant, view) owns its position; documents, index entries and position are written in one
// batch, so an event counts exactly once. A view whose version changed is rebuilt beside the old
// one, which keeps answering, and then swapped. A module that fails on an event pauses that view
// of that tenant only, at that position, with a warning; step() tries again later.
// Concurrency: step() one thread at a time; wake() and the reader [any thread].
class Projector : public ViewReader {
public:
    // The event log wakes it; it also folds what was committed before it was made.
    // False when nothing was left to do. Deterministic: simulations call it by hand.
    virtual bool step() = 0;
    // More has been committed. Cheap.
    virtual void wake() = 0;
    // Runs step() on `executor` whenever woken, until destroyed (destruction waits for a running step).
    virtual void run_on(base::Executor& executor) = 0;
    // Drops the view's documents of that tenant and folds them again from position 0, beside the
    // old ones. Blocks until swapped. Fails with not_found.
    [[nodiscard]] virtual Result<std::uint64_t> rebuild(store::TenantId tenant, std::string_view view) = 0;
    struct Lag {
        std::string view;
        std::uint64_t tenant = 0;
        std::uint64_t events = 0;
        std::string paused;  // why, or empty
    };
    [[nodiscard]] virtual std::vector<Lag> lags() const = 0;
};

// All four outlive the projector. `index_key` is the secret under which personal index values are
// stored (HMAC).
struct ProjectorParts {
    const store::EventLog& log;
    const modules::Registry& registry;
    store::Table& table;
    std::string index_key;
};
[[nodiscard]] std::unique_ptr<Projector> make_projector(const ProjectorParts& parts);

}  // namespace samvev::views
