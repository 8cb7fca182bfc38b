#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "access/actor.hpp"
#include "base/clock.hpp"
#include "base/executor.hpp"
#include "base/limits.hpp"
#include "base/uuid.hpp"
#include "dispatch/gate/tenant_facts.hpp"
#include "dispatch/method.hpp"
#include "dispatch/request.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"
#include "subscriptions/position_token.hpp"
#include "views/query.hpp"

namespace samvev::dispatch {

// Every method behind every door: commands and queries of the modules, and the server's own.
// The connection's methods (session.*, events.*, system.ping, rpc.on …) belong to wire.
//
// Concurrency: execute() [any thread], never blocks: a warm command is decided on the caller's
// thread, everything that may wait for disk runs on the executor.
class Dispatcher {
public:
    Dispatcher() = default;
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;
    virtual ~Dispatcher() = default;

    // Errors through `done`: unauthenticated, unsupported (no such method), invalid_argument,
    // denied, not_found, rejected (data.rejections), revision_conflict (data.expectedRevision,
    // data.currentRevision, data.changes), idempotency_mismatch, overloaded, read_only,
    // module_fault, unavailable, cancelled, outcome_unknown, corrupt.
    virtual void execute(Request request, Completion done) = 0;

    // The stream has been erased: drops what is kept in memory of it.
    virtual void forget(store::LogId /*log*/, const store::StreamId& /*stream*/) {}

    // All method names, sorted.
    [[nodiscard]] virtual std::vector<std::string> method_names() const = 0;
    // The OpenRPC 1.3.2 document, without `servers` (wire adds it) but with the members in
    // `connection_methods` (JSON array of method objects) in its `methods`.
    [[nodiscard]] virtual std::string open_rpc(std::string_view connection_methods) const = 0;
};

class AccessLog;

struct DispatcherParts {
    store::EventLog& log;
    const modules::Registry& registry;
    views::ViewReader& views;
    base::Executor& executor;
    const base::Clock& clock;
    base::IdSource& ids;
    const subscriptions::PositionTokens& tokens;
    std::string secret;  // for seeds, claim keys and command digests; at least 32 bytes
    const TenantFacts* facts = nullptr;  // absent: roles alone decide, for tests beside access
    AccessLog* access_log = nullptr;     // absent: reads are not recorded, likewise for tests
    // Persons and cases one member of staff looks up a day before the privacy officer is shown it.
    std::size_t lookups_per_day = limits::lookups_per_day;
    base::AdjustableClock* settable_clock = nullptr;  // offered as dev.set-clock when present
    // Method → example that works on the data this server holds; shown by rpc.discover.
    std::map<std::string, MethodExample> examples{};
    std::function<bool()> drop_states{};  // tests: forget cached states before this decision?
};
// All parts outlive the dispatcher.
[[nodiscard]] std::unique_ptr<Dispatcher> make_dispatcher(const DispatcherParts& parts);

}  // namespace samvev::dispatch
