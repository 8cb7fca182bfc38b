#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/event_log.hpp"
#include "store/keys/key_store.hpp"
#include "store/table.hpp"
#include "views/projector.hpp"

namespace samvev::app {

// Forgets what belongs to a stream, wherever it stands: fence, register, keys (store), caches,
// claims, timers, rows of views, what the system log quotes of it, and who has read it. Nothing is
// sealed for it again.
//
// Concurrency: [any thread], one erasure at a time; blocks, for as long as the tenant's views take
// to be rebuilt. Nobody else is held up.
// Limitations: envelopes stay (architecture: type, actor, times, counts), and the claims in commit
// records, as HMAC. Of a stream that is erased while it is written to, a reader may hold an answer
// that was read before.
class Eraser {
public:
    virtual ~Eraser() = default;
    Eraser(const Eraser&) = delete;
    Eraser& operator=(const Eraser&) = delete;

    struct Request {
        store::TenantId tenant;
        store::StreamId stream;
        std::string basis;  // by which right, e.g. "GDPR.17": erasure_register.hpp
        base::Timestamp at;
    };
    // Durable from the fence on: what fails after it, or is killed, is finished by a repetition or
    // by resume() at the next start. Idempotent. Fails as KeyStore::erase (rejected: held),
    // not_found (the stream has never existed), and as Projector::forget.
    [[nodiscard]] virtual Result<std::monostate> erase(const Request& request) = 0;
    struct Removal {
        store::TenantId tenant;
        store::StreamId stream;
        store::EventId event;
    };
    // Takes what one event says out for ever (kassering), wherever it stands; the rest of the
    // stream stays. Idempotent: what was begun and fell is finished by a repetition, which is the
    // caller's. Fails with not_found (the stream has no such event), denied (access is decided by
    // what it says: it is corrected, or the stream erased), gone (the stream is erased), rejected
    // (held), and as EventLog::remove_payload and Projector::forget.
    // Limitations: backups of the log hold it as long as they are kept.
    [[nodiscard]] virtual Result<std::monostate> remove(const Removal& removal) = 0;
    // Finishes what the register holds and the tables have not been purged of, as after a crash or
    // when they were restored from a backup. Once, before anything is served.
    [[nodiscard]] virtual Result<std::monostate> resume() = 0;

protected:
    Eraser() = default;
};

// All outlive the eraser.
struct EraserParts {
    store::EventLog& log;           // sealed
    const store::EventLog& stored;  // what it seals
    store::KeyStore& keys;
    store::Table& views_table;
    views::Projector& views;
    const base::Clock& clock;
    // Drops what is kept in memory of the stream. [any thread]
    std::function<void(store::LogId, const store::StreamId&)> drop_cached;
    // Folds anew what access knows of the tenant. [any thread]
    std::function<Result<std::monostate>(store::TenantId)> refold_facts;
};
[[nodiscard]] std::unique_ptr<Eraser> make_eraser(EraserParts parts);

}  // namespace samvev::app
