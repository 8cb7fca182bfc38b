#pragma once

#include <chrono>
#include <memory>

#include "app/eraser.hpp"
#include "base/clock.hpp"
#include "base/executor.hpp"
#include "dispatch/dispatcher.hpp"
#include "store/event_log.hpp"
#include "store/keys/key_store.hpp"
#include "store/table.hpp"

namespace samvev::app {

// Carries out what two people have decided (module `erasure`): erases what was confirmed, and says
// so with erasure.complete or erasure.fail; holds and releases keys as legal holds say. It pulls
// from a position of its own in each tenant's log, in the order of the decisions: what a crash
// interrupts is done again at the next start, and counts once.
//
// What fails for a reason that may pass (the disk, a view that does not fold) is tried again after
// limits::retry_longest, and the tenant's later decisions wait for it.
//
// Concurrency: step() one thread at a time, and blocks as Eraser does; the rest [any thread].
class ErasureRunner {
public:
    ErasureRunner() = default;
    ErasureRunner(const ErasureRunner&) = delete;
    ErasureRunner& operator=(const ErasureRunner&) = delete;
    virtual ~ErasureRunner() = default;

    // Goes on in each tenant's log until an answer is owed or the head is reached. False when it
    // got nowhere.
    virtual bool step() = 0;
    // More has been committed.
    virtual void wake() = 0;
    // Lets time pass, a few times a second: what failed is tried again.
    virtual void tick(std::chrono::steady_clock::time_point now) = 0;
    // Runs step() on `executor` now and whenever woken, until stop(). To be called once; the
    // executor needs a thread for nothing else, since an erasure holds it for long.
    virtual void run_on(base::Executor& executor) = 0;
    virtual void stop() = 0;
};

// All outlive the runner.
struct ErasureRunnerParts {
    const store::EventLog& log;     // opened
    const store::EventLog& stored;  // the same, sealed: looked through by its envelopes
    store::KeyStore& keys;
    Eraser& eraser;
    dispatch::Dispatcher& dispatcher;
    store::Table& table;  // for its positions
    const base::Clock& clock;
    std::chrono::days key_backups{0};  // how long a backup of the keys is kept
};
[[nodiscard]] std::unique_ptr<ErasureRunner> make_erasure_runner(const ErasureRunnerParts& parts);

}  // namespace samvev::app
