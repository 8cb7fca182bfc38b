#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "access/facts.hpp"
#include "access/facts_fold.hpp"
#include "base/executor.hpp"
#include "base/result.hpp"
#include "dispatch/gate/facts_rows.hpp"
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
// was decided after it.
//
// With rows, a start reads what was saved and folds only what came after it. Concurrency: at(),
// save(), refold() [any thread]; the rest [committer].
class TenantFacts final : public store::CommitListener, public store::CommitGuard {
public:
    // Reads what was saved and the history after it, of every tenant, and then follows the log;
    // before the first commit. In the tenants that `declaring` says, staff sign the declaration of
    // confidentiality before anything else. `numbers`, when there are any, see the same events.
    // Log, rows (null: the whole history is read) and numbers outlive it. Fails like
    // EventLog::scan.
    using Declaring = std::function<bool(store::TenantId)>;
    [[nodiscard]] static Result<std::unique_ptr<TenantFacts>> follow(
        store::EventLog& log, Declaring declaring = {}, std::unique_ptr<FactsRows> rows = nullptr,
        PersonNumbers* numbers = nullptr
    );
    ~TenantFacts() override;

    // Fails with corrupt when a fact could not be read: it may have ended somebody's access, so
    // nobody has any. A tenant that nothing is known of has no facts.
    [[nodiscard]] Result<std::shared_ptr<const access::Facts>> at(store::TenantId tenant) const;

    // From now on they are saved there after each limits::facts_unsaved_events, until the executor
    // takes no more work. Before the first commit.
    void save_on(base::Executor& executor) { executor_ = &executor; }
    // From now on it is told of each invitation that has ended, before that is acknowledged.
    // [committer]; quick. Before the first commit.
    using InvitationOver = std::function<void(store::TenantId, const std::string& invitation)>;
    void on_invitation_over(InvitationOver tell) { invitation_over_ = std::move(tell); }
    // Saves what has changed. Fails like FactsRows::save; what was saved before stands.
    [[nodiscard]] Result<std::monostate> save();
    // Folds the tenant's history again, from which something has been erased, and removes what was
    // saved. The access of nobody changes meanwhile. Fails like EventLog::scan and Table.
    [[nodiscard]] Result<std::monostate> refold(store::TenantId tenant);

    [[nodiscard]] bool reads(const store::EventView& event) const override;
    void committed(store::LogId log, std::span<const store::EventView> events) override;
    [[nodiscard]] Result<std::monostate> permit(const store::Commit& commit) override;

private:
    struct Folded;
    struct Tenant;

    TenantFacts(
        store::EventLog& log, Declaring declaring, std::unique_ptr<FactsRows> rows,
        PersonNumbers* numbers
    );
    [[nodiscard]] access::Facts start_of(store::TenantId id) const;
    [[nodiscard]] Tenant& tenant(store::TenantId id);
    [[nodiscard]] Result<std::monostate> load(Tenant& tenant, store::LogId log);
    [[nodiscard]] Result<std::monostate> save(Tenant& tenant);
    [[nodiscard]] Result<std::monostate> catch_up(Folded& folded, store::LogId log) const;
    void save_soon();

    store::EventLog& log_;
    const Declaring declaring_;
    const std::unique_ptr<FactsRows> rows_;
    PersonNumbers* const numbers_;  // or null
    base::Executor* executor_ = nullptr;
    InvitationOver invitation_over_;
    std::atomic<bool> saving_soon_{false};
    mutable std::mutex mutex_;  // Guards the map and each tenant's `folded`.
    std::mutex saving_;         // Guards rows_ and each tenant's `saved`. Before mutex_.
    std::map<store::TenantId, std::unique_ptr<Tenant>> tenants_;
};

}  // namespace samvev::dispatch
