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
                           type == "organisation.substitute-set";
    return everybody ? std::string() : stream.id.text();
}

}  // namespace

struct TenantFacts::Tenant {
    explicit Tenant(const access::Facts& start)
        : fold(start), published(std::make_shared<const access::Facts>(start)) {}

    access::FactsFold fold;
    std::shared_ptr<const access::Facts> published;
    std::optional<Error> error;
    // Of the commits that were admitted, whether or not they are on the disk yet. [committer]
    std::uint64_t admitted = 0;
    std::deque<std::string> changes;  // what the last of them changed; empty: it concerns everybody

    // Whether anything that the commit rests on was changed after that version.
    [[nodiscard]] bool has_changed(const store::Commit& commit, std::uint64_t since) const {
        const std::uint64_t later = admitted - since;
        if (later > changes.size()) {
            return true;  // Longer ago than is remembered.
        }
        const std::vector<std::string> rests_on = foundations(commit, fold.facts());
        return std::any_of(
            changes.end() - static_cast<std::ptrdiff_t>(later), changes.end(),
            [&](const std::string& what) {
                return what.empty() || std::ranges::find(rests_on, what) != rests_on.end();
            }
        );
    }
};

TenantFacts::TenantFacts(store::EventLog& log, PersonNumbers* numbers)
    : log_(log), numbers_(numbers) {}

TenantFacts::~TenantFacts() {
    log_.set_guard(nullptr);
    log_.set_listener(nullptr);
}

Result<std::unique_ptr<TenantFacts>> TenantFacts::follow(
    store::EventLog& log, PersonNumbers* numbers
) {
    std::unique_ptr<TenantFacts> out(new TenantFacts(log, numbers));
    for (const store::LogId id : log.logs()) {
        if (id.kind != store::LogKind::domain) {
            continue;
        }
        Tenant& tenant = out->tenant(id.tenant);
        SAMVEV_CHECK_OK(
            log.scan(id, store::Position(0), SIZE_MAX, [&](const store::EventView& event) {
                take(tenant, event);
                if (numbers != nullptr) {
                    numbers->take(id.tenant, event);
                }
                return store::Visit::more;
            })
        );
        tenant.admitted = tenant.fold.facts().version;
        publish(tenant);
    }
    log.set_guard(out.get());
    log.set_listener(out.get());
    return out;
}

TenantFacts::Tenant& TenantFacts::tenant(store::TenantId id) {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Tenant>& place = tenants_[id];
    if (!place) {
        access::Facts start;
        start.tenant = id.value();
        place = std::make_unique<Tenant>(start);
    }
    return *place;
}

void TenantFacts::take(Tenant& tenant, const store::EventView& event) {
    if (!access::FactsFold::is_fact(event.stream_kind, event.type)) {
        return;
    }
    const std::string stream = event.stream_id.text();
    const auto folded = tenant.fold.fold(
        {.type = event.type,
         .stream_kind = event.stream_kind,
         .stream_id = stream,
         .entity = event.entity,
         .recorded_at = event.recorded_at,
         .actor = event.actor,
         .payload = event.payload}
    );
    if (!folded && !tenant.error) {
        tenant.error = folded.error();
    }
}

void TenantFacts::publish(Tenant& tenant) {
    tenant.published = std::make_shared<const access::Facts>(tenant.fold.facts());
}

Result<std::shared_ptr<const access::Facts>> TenantFacts::at(store::TenantId id) const {
    const std::lock_guard lock(mutex_);
    const auto found = tenants_.find(id);
    if (found == tenants_.end()) {
        access::Facts nothing;
        nothing.tenant = id.value();
        return std::make_shared<const access::Facts>(std::move(nothing));
    }
    if (found->second->error) {
        return tl::unexpected<Error>(*found->second->error);
    }
    return found->second->published;
}

void TenantFacts::committed(store::LogId log, std::span<const store::EventView> events) {
    const auto is_fact = [](const store::EventView& event) {
        return access::FactsFold::is_fact(event.stream_kind, event.type);
    };
    if (log.kind != store::LogKind::domain) {
        return;
    }
    if (numbers_ != nullptr) {
        for (const store::EventView& event : events) {
            numbers_->take(log.tenant, event);
        }
    }
    if (std::ranges::none_of(events, is_fact)) {
        return;
    }
    Tenant& changed = tenant(log.tenant);
    const std::lock_guard lock(mutex_);
    const bool was_good = !changed.error;
    for (const store::EventView& event : events) {
        take(changed, event);
    }
    if (was_good && changed.error) {
        base::logger("access").critical(
            "tenant closed: tenant={} reason=\"{}\"", log.tenant.value(), changed.error->message
        );
    }
    publish(changed);
}

Result<std::monostate> TenantFacts::permit(const store::Commit& commit) {
    if (commit.log.kind != store::LogKind::domain) {
        return std::monostate{};
    }
    Tenant& known = tenant(commit.log.tenant);
    if (commit.facts_version != 0 && commit.facts_version - 1 < known.admitted) {
        if (known.has_changed(commit, commit.facts_version - 1)) {
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
