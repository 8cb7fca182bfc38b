#include "dispatch/gate/tenant_facts.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/limits.hpp"
#include "base/log.hpp"

namespace samvev::dispatch {

namespace {

constexpr std::string_view staff_prefix = "staff/";

// The things that a decision about this commit rests on.
std::vector<std::string> foundations(const store::Commit& commit, const access::Facts& facts) {
    std::vector<std::string> out;
    const auto add_case = [&](const std::string& id) {
        out.push_back(id);
        if (const access::CaseFacts* found = facts.cases.find(id)) {
            out.push_back(found->person);
        }
    };
    for (const store::StreamWrite& write : commit.writes) {
        const std::string id = write.stream.id.text();
        add_case(id);
        if (const access::PersonFacts* person = facts.persons.find(id)) {
            std::ranges::for_each(person->cases, add_case);
        }
    }
    const std::string_view actor = commit.actor.actor;
    if (actor.starts_with(staff_prefix)) {
        const std::string staff(actor.substr(staff_prefix.size()));
        out.push_back(staff);
        if (const access::StaffFacts* found = facts.staff.find(staff)) {
            for (const access::StandIn& one : found->stands_in_for) {
                out.push_back(one.absent);
            }
        }
    }
    return out;
}

// What an event of that stream changes; empty: it may concern everybody.
std::string reach_of(const store::StreamId& stream, std::string_view type) {
    // A new unit has nobody yet; a leader, another parent or an end of it may touch any case.
    const bool everybody = (stream.kind == "unit" && type != "organisation.unit-registered") ||
                           type == "organisation.substitute-set" ||
                           type.starts_with("privacy.access-");
    return everybody ? std::string() : stream.id.text();
}

}  // namespace

// The facts up to a position.
struct TenantFacts::Folded {
    explicit Folded(access::Facts start, FactsRows::Head until = {})
        : fold(std::make_unique<access::FactsFold>(std::move(start))), head(until) {
        publish();
    }

    void take(const store::EventView& event) {
        if (event.position < head.next) {
            return;  // Read from the log before it was told.
        }
        head.next = store::Position(event.position.value() + 1);
        head.last = event.id;
        if (!access::FactsFold::is_fact(event.stream_kind, event.type)) {
            return;
        }
        const std::string stream = event.stream_id.text();
        const auto folded = fold->fold(
            {.type = event.type,
             .stream_kind = event.stream_kind,
             .stream_id = stream,
             .entity = event.entity,
             .recorded_at = event.recorded_at,
             .actor = event.actor,
             .payload = event.payload}
        );
        if (!folded && !error) {
            error = folded.error();
        }
    }
    void publish() { published = std::make_shared<const access::Facts>(fold->facts()); }

    std::unique_ptr<access::FactsFold> fold;
    FactsRows::Head head;
    std::shared_ptr<const access::Facts> published;
    std::optional<Error> error;
};

struct TenantFacts::Tenant {
    explicit Tenant(const access::Facts& start) : folded(start), saved{{}, start, {}} {}

    Folded folded;
    FactsRows::Saved saved;
    // Of the commits that were admitted, whether or not they are on the disk yet. [committer]
    std::uint64_t admitted = 0;
    std::deque<std::string> changes;  // what the last of them changed; empty: it concerns everybody

    // Whether anything that the commit rests on was changed after that version.
    [[nodiscard]] bool has_changed(
        const store::Commit& commit, std::uint64_t since, const access::Facts& now
    ) const {
        const std::uint64_t later = admitted - since;
        if (later > changes.size()) {
            return true;  // Longer ago than is remembered.
        }
        const std::vector<std::string> rests_on = foundations(commit, now);
        return std::any_of(
            changes.end() - static_cast<std::ptrdiff_t>(later), changes.end(),
            [&](const std::string& what) {
                return what.empty() || std::ranges::find(rests_on, what) != rests_on.end();
            }
        );
    }
};

TenantFacts::TenantFacts(
    store::EventLog& log, Declaring declaring, std::unique_ptr<FactsRows> rows,
    PersonNumbers* numbers
)
    : log_(log), declaring_(std::move(declaring)), rows_(std::move(rows)), numbers_(numbers) {}

TenantFacts::~TenantFacts() {
    log_.set_guard(nullptr);
    log_.set_listener(nullptr);
}

access::Facts TenantFacts::start_of(store::TenantId id) const {
    access::Facts start;
    start.tenant = id.value();
    start.declaration_required = declaring_ && declaring_(id);
    return start;
}

Result<std::unique_ptr<TenantFacts>> TenantFacts::follow(
    store::EventLog& log, Declaring declaring, std::unique_ptr<FactsRows> rows,
    PersonNumbers* numbers
) {
    std::unique_ptr<TenantFacts> out(
        new TenantFacts(log, std::move(declaring), std::move(rows), numbers)
    );
    for (const store::LogId id : log.logs()) {
        if (id.kind != store::LogKind::domain) {
            continue;
        }
        Tenant& tenant = out->tenant(id.tenant);
        SAMVEV_CHECK_OK(out->load(tenant, id));
        SAMVEV_CHECK_OK(out->catch_up(tenant.folded, id));
        tenant.admitted = tenant.folded.fold->facts().version;
    }
    log.set_guard(out.get());
    log.set_listener(out.get());
    return out;
}

TenantFacts::Tenant& TenantFacts::tenant(store::TenantId id) {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Tenant>& place = tenants_[id];
    if (!place) {
        place = std::make_unique<Tenant>(start_of(id));
    }
    return *place;
}

// What was saved is taken only when it is of this very history.
Result<std::monostate> TenantFacts::load(Tenant& tenant, store::LogId log) {
    if (rows_ == nullptr) {
        return std::monostate{};
    }
    SAMVEV_TRY(auto saved, rows_->load(log.tenant));
    bool fits = saved && saved->head.epoch == log_.head(log).epoch && saved->head.next.value() > 0;
    if (fits) {
        std::string storage;
        SAMVEV_TRY(const auto last, log_.find_event(log, saved->head.last, storage));
        fits = last && last->position.value() + 1 == saved->head.next.value();
    }
    if (!fits) {
        return rows_->remove(log.tenant);
    }
    if (numbers_ != nullptr) {
        numbers_->restore(log.tenant, saved->numbers);
    }
    saved->facts.declaration_required = start_of(log.tenant).declaration_required;
    tenant.folded = Folded(saved->facts, saved->head);
    tenant.saved = std::move(*saved);
    return std::monostate{};
}

Result<std::monostate> TenantFacts::catch_up(Folded& folded, store::LogId log) const {
    SAMVEV_CHECK_OK(log_.scan(log, folded.head.next, SIZE_MAX, [&](const store::EventView& event) {
        folded.take(event);
        if (numbers_ != nullptr) {
            numbers_->take(log.tenant, event);
        }
        return store::Visit::more;
    }));
    folded.publish();
    return std::monostate{};
}

Result<std::shared_ptr<const access::Facts>> TenantFacts::at(store::TenantId id) const {
    const std::lock_guard lock(mutex_);
    const auto found = tenants_.find(id);
    if (found == tenants_.end()) {
        return std::make_shared<const access::Facts>(start_of(id));
    }
    const Folded& folded = found->second->folded;
    if (folded.error) {
        return tl::unexpected<Error>(*folded.error);
    }
    return folded.published;
}

bool TenantFacts::reads(const store::EventView& event) const {
    return access::FactsFold::is_fact(event.stream_kind, event.type) ||
           (numbers_ != nullptr && PersonNumbers::reads(event));
}

void TenantFacts::committed(store::LogId log, std::span<const store::EventView> events) {
    if (log.kind != store::LogKind::domain) {
        return;
    }
    Tenant& changed = tenant(log.tenant);
    bool save_is_due = false;
    {
        const std::lock_guard lock(mutex_);
        Folded& folded = changed.folded;
        const std::uint64_t version = folded.fold->facts().version;
        const bool was_good = !folded.error;
        for (const store::EventView& event : events) {
            folded.take(event);
            if (numbers_ != nullptr) {
                numbers_->take(log.tenant, event);
            }
        }
        if (was_good && folded.error) {
            base::logger("access").critical(
                "tenant closed: tenant={} reason=\"{}\"", log.tenant.value(), folded.error->message
            );
        }
        if (folded.fold->facts().version != version) {
            folded.publish();
        }
        save_is_due = folded.head.next.value() / limits::facts_unsaved_events !=
                      events.front().position.value() / limits::facts_unsaved_events;
    }
    if (save_is_due) {
        save_soon();
    }
    for (const store::EventView& event : events) {
        if (invitation_over_ && access::ends_invitation(event.type)) {
            invitation_over_(log.tenant, std::string(event.entity));
        }
    }
}

void TenantFacts::save_soon() {
    if (executor_ == nullptr || saving_soon_.exchange(true)) {
        return;
    }
    const bool taken = executor_->try_post([this] {
        saving_soon_.store(false);
        if (const auto saved = save(); !saved) {
            base::logger("access").error(
                "facts are not saved, the next start takes longer: code={} reason=\"{}\"",
                base::to_text(saved.error().code), saved.error().message
            );
        }
    });
    if (!taken) {
        saving_soon_.store(false);
    }
}

Result<std::monostate> TenantFacts::save() {
    if (rows_ == nullptr) {
        return std::monostate{};
    }
    const std::lock_guard saving(saving_);
    std::vector<Tenant*> all;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, tenant] : tenants_) {
            all.push_back(tenant.get());
        }
    }
    for (Tenant* const tenant : all) {
        SAMVEV_CHECK_OK(save(*tenant));
    }
    return std::monostate{};
}

// saving_ is held.
Result<std::monostate> TenantFacts::save(Tenant& tenant) {
    FactsRows::Saved now;
    {
        const std::lock_guard lock(mutex_);
        if (tenant.folded.error || tenant.folded.head.next == tenant.saved.head.next) {
            return std::monostate{};
        }
        now = {tenant.folded.head, *tenant.folded.published, {}};
        if (numbers_ != nullptr) {
            now.numbers = numbers_->unsaved(store::TenantId(now.facts.tenant));
        }
    }
    now.head.epoch = log_.head({store::TenantId(now.facts.tenant), store::LogKind::domain}).epoch;
    SAMVEV_CHECK_OK(rows_->save(now, tenant.saved.facts));
    if (numbers_ != nullptr) {
        numbers_->saved(store::TenantId(now.facts.tenant), now.numbers);
    }
    now.numbers.clear();
    tenant.saved = std::move(now);
    return std::monostate{};
}

Result<std::monostate> TenantFacts::refold(store::TenantId id) {
    const std::lock_guard saving(saving_);
    Tenant& changed = tenant(id);
    Folded folded(start_of(id));
    for (bool level = false; !level;) {
        // Commits go on, so what is read may already be behind, or ahead of what was told.
        SAMVEV_CHECK_OK(catch_up(folded, {id, store::LogKind::domain}));
        const std::lock_guard lock(mutex_);
        level = folded.head.next >= changed.folded.head.next;
        if (level) {
            changed.folded = std::move(folded);
        }
    }
    changed.saved = {{}, start_of(id), {}};
    if (numbers_ != nullptr) {
        numbers_->save_all_again(id);
    }
    return rows_ == nullptr ? Result<std::monostate>(std::monostate{}) : rows_->remove(id);
}

Result<std::monostate> TenantFacts::permit(const store::Commit& commit) {
    if (commit.log.kind != store::LogKind::domain) {
        return std::monostate{};
    }
    Tenant& known = tenant(commit.log.tenant);
    if (commit.facts_version != 0 && commit.facts_version - 1 < known.admitted) {
        std::shared_ptr<const access::Facts> now;
        {
            const std::lock_guard lock(mutex_);
            now = known.folded.published;
        }
        if (known.has_changed(commit, commit.facts_version - 1, *now)) {
            return fail(
                ErrorCode::revision_conflict,
                "What the command was permitted on has changed. Decide again."
            );
        }
    }
    for (const store::StreamWrite& write : commit.writes) {
        for (const store::NewEvent& event : write.events) {
            if (access::FactsFold::is_fact(write.stream.kind, event.type)) {
                ++known.admitted;
                known.changes.push_back(reach_of(write.stream, event.type));
            }
        }
    }
    while (known.changes.size() > limits::fact_changes_max) {
        known.changes.pop_front();
    }
    return std::monostate{};
}

}  // namespace samvev::dispatch
