#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"
#include "store/payload_seal.hpp"
#include "store/table.hpp"
#include "views/query.hpp"

namespace samvev::views {

// Folds the domain logs of all tenants into the documents of every view of every module.
//
// Each (tenant, view) owns its position; documents, index entries and position are written in one
// batch, so an event counts exactly once. A view whose definition in the manifest changed, or whose
// log has another history now, is rebuilt beside the old one, which keeps answering, and then
// swapped; a kill at any point leaves the one or the other. A module that fails on an event pauses
// that view of that tenant only, before that event, with a warning; step() tries again later.
// Concurrency: everything [any thread]; steps run one at a time.
class Projector : public ViewReader {
public:
    // Folds what has been committed: every view that is nearly up to date, and one long stretch
    // of one tenant whose views are far behind or being built. False when nothing was left to do,
    // or nothing that can be done now. Deterministic: simulations call it by hand.
    virtual bool step() = 0;
    // More has been committed. Cheap; app calls it from EventLog::on_commit.
    virtual void wake() = 0;
    // Lets time pass: answers those who have waited for limits::at_least_wait, tries paused views
    // again. To be called a few times a second; waits end no earlier than that.
    virtual void tick(std::chrono::steady_clock::time_point now) = 0;
    // Runs step() on `executor` now and whenever woken, until destroyed (destruction waits for a
    // running step). Never more than one step is queued. To be called once.
    virtual void run_on(base::Executor& executor) = 0;
    // Ends what run_on() began, after the step that is running; what is left to fold stays for the
    // next start.
    virtual void stop() = 0;
    // Folds the view's documents of that tenant again from position 0, beside the old ones. Blocks
    // until swapped; returns the position then. Fails with not_found (no such view), cancelled
    // (another rebuild took over), or why an event could not be folded; the old ones stay then.
    [[nodiscard]] virtual Result<std::uint64_t> rebuild(
        store::TenantId tenant, std::string_view view
    ) = 0;
    // After the stream was erased: rebuilds every view that is folded from streams of its kind, and
    // takes what was there before out of the table's files. Blocks; fails as rebuild and Table.
    [[nodiscard]] virtual Result<std::monostate> forget(
        store::TenantId tenant, const store::StreamId& stream
    ) = 0;
    struct Lag {
        std::string view;
        std::uint64_t tenant = 0;
        std::uint64_t events = 0;
        std::string paused;  // why, or empty
    };
    [[nodiscard]] virtual std::vector<Lag> lags() const = 0;
};

// All of them outlive the projector. `index_key` is the secret under which personal index values
// are stored (HMAC): with another key they are not found any more.
struct ProjectorParts {
    const store::EventLog& log;
    const modules::Registry& registry;
    store::Table& table;
    std::string index_key;
    // Helps with folding; may be the one that steps run on. Null: the stepping thread folds alone.
    base::Executor* fold_executor = nullptr;
    std::size_t fold_threads = 1;  // the stepping thread included
    // What is far behind is folded in longer windows than limits::projector_batch_events: a
    // document is then loaded and written less often.
    std::size_t bulk_events_max = 16 * limits::projector_batch_events;
    // Seals the documents with the key of the stream they were folded from. Null: they stand in the
    // clear.
    store::PayloadSeal* seal = nullptr;
};
[[nodiscard]] std::unique_ptr<Projector> make_projector(const ProjectorParts& parts);

}  // namespace samvev::views
