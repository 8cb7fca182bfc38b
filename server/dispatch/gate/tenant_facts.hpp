#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "access/facts.hpp"
#include "access/facts_fold.hpp"
#include "base/result.hpp"
#include "dispatch/gate/person_numbers.hpp"
#include "store/event_log.hpp"

namespace samvev::dispatch {

// What access asks of each tenant, always as of the last commit that was acknowledged: the
// synchronous view. It learns of a commit after fsync and before its answer, so whoever was told
// that an access has ended finds it ended.
//
// As guard it refuses, with revision_conflict, a commit that was permitted on facts which an
// earlier commit has changed: the case, its child, the actor, whom the actor stands in for, or any
// unit. The command is then decided again. So a commit is before a revocation in the log, or it
// was decided after it. Concurrency: at() [any thread]; the rest [committer].
class TenantFacts final : public store::CommitListener, public store::CommitGuard {
public:
    // Reads the history of every tenant and then follows the log, which outlives it; before the
    // first commit. `numbers`, when there are any, see the same events and outlive it too. Fails
    // like EventLog::scan.
    [[nodiscard]] static Result<std::unique_ptr<TenantFacts>> follow(
        store::EventLog& log, PersonNumbers* numbers = nullptr
    );
    ~TenantFacts() override;

    // Fails with corrupt when a fact could not be read: it may have ended somebody's access, so
    // nobody has any. A tenant that nothing is known of has no facts.
    [[nodiscard]] Result<std::shared_ptr<const access::Facts>> at(store::TenantId tenant) const;

    void committed(store::LogId log, std::span<const store::EventView> events) override;
    [[nodiscard]] Result<std::monostate> permit(const store::Commit& commit) override;

private:
    struct Tenant;

    TenantFacts(store::EventLog& log, PersonNumbers* numbers);
    [[nodiscard]] Tenant& tenant(store::TenantId id);
    static void take(Tenant& tenant, const store::EventView& event);
    static void publish(Tenant& tenant);

    store::EventLog& log_;
    PersonNumbers* const numbers_;  // or null
    mutable std::mutex mutex_;      // Guards the map and each tenant's `published` and `error`.
    std::map<store::TenantId, std::unique_ptr<Tenant>> tenants_;
};

}  // namespace samvev::dispatch
