#include "dispatch/gate/fact_directory.hpp"

#include <algorithm>
#include <set>

#include "access/local_day.hpp"
#include "base/json_text.hpp"
#include "base/limits.hpp"

namespace samvev::dispatch {

namespace {

using access::Facts;
using access::Id;

// One employment: a person may have several, each a staff member of its own.
struct Post {
    Id staff;
    const access::StaffFacts* facts;
};

bool runs(const access::Assignment& one, base::Date today) {
    return !one.ended && access::contains(one.period, today);
}

bool is_over(const access::Assignment& one, base::Date today) {
    return one.ended || (one.period.until && *one.period.until < today);
}

// Where somebody was registered they belong until a role of theirs there is over: as the policy
// reads it.
bool belongs_home(const access::StaffFacts& staff, base::Date today) {
    return !staff.home_unit.empty() &&
           std::ranges::none_of(staff.assignments, [&](const auto& entry) {
               return entry.second.unit == staff.home_unit && is_over(entry.second, today);
           });
}

bool leads(const Facts& facts, const Id& staff, const Id& unit) {
    const access::UnitFacts* known = facts.units.find(unit);
    return known != nullptr && known->leader == staff;
}

std::set<Id> units_of(const Facts& facts, const Post& post, base::Date today) {
    std::set<Id> units;
    for (const auto& [id, one] : post.facts->assignments) {
        if (runs(one, today)) {
            units.insert(one.unit);
        }
    }
    const Id& home = post.facts->home_unit;
    if (belongs_home(*post.facts, today) || (!home.empty() && leads(facts, post.staff, home))) {
        units.insert(home);
    }
    return units;
}

std::vector<std::string> roles_in(
    const Facts& facts, const Post& post, const Id& unit, base::Date today
) {
    std::set<std::string> roles;
    for (const auto& [id, one] : post.facts->assignments) {
        if (one.unit == unit && runs(one, today)) {
            roles.insert(one.role);
        }
    }
    if (leads(facts, post.staff, unit)) {
        roles.insert("leader");
    }
    return {roles.begin(), roles.end()};
}

tl::unexpected<Error> not_theirs() {
    return fail(
        ErrorCode::unauthenticated, "You do not work for that unit: choose one of yours.",
        base::JsonObject().text("reason", "unit").take()
    );
}

tl::unexpected<Error> choose_one(const std::set<Id>& units) {
    std::string list;
    std::size_t told = 0;
    for (const Id& unit : units) {
        if (told++ < limits::units_told_max) {
            list += (list.empty() ? "" : ",") + base::json_string(unit);
        }
    }
    return fail(
        ErrorCode::unauthenticated, "You work for several units: say which one you act for.",
        base::JsonObject().text("reason", "unit").raw("units", "[" + list + "]").take()
    );
}

bool represents(const Facts& facts, const Id& child, const Id& id, base::Date today) {
    const access::PersonFacts* found = facts.persons.find(child);
    if (found == nullptr) {
        return false;
    }
    const auto guardian = found->guardians.find(id);
    const auto proxy = found->proxies.find(id);
    return (guardian != found->guardians.end() && access::contains(guardian->second, today)) ||
           (proxy != found->proxies.end() && access::contains(proxy->second.period, today));
}

bool takes_part(const access::CaseFacts& in, const Id& id, base::Date today) {
    return std::ranges::any_of(in.participations, [&](const auto& entry) {
        const access::Participation& one = entry.second;
        return one.person == id && one.phase != access::Participation::Phase::ended &&
               access::contains(one.period, today);
    });
}

class FactDirectory final : public access::Directory {
public:
    explicit FactDirectory(FactDirectoryParts parts) : parts_(std::move(parts)) {}

    Result<std::optional<access::StaffMember>> find_staff(
        std::uint32_t tenant, const access::Principal& principal, std::string_view unit
    ) const override {
        const auto person = person_of(tenant, principal);
        if (!person) {
            return std::nullopt;
        }
        SAMVEV_TRY(const auto facts, parts_.facts.at(store::TenantId(tenant)));
        const base::Date today = access::local_day(parts_.clock.now());
        std::vector<Post> posts;
        std::set<Id> units;
        for (const Id& staff : posts_of(*facts, person->text())) {
            const Post post{staff, facts->staff.find(staff)};
            const std::set<Id> where =
                post.facts == nullptr ? std::set<Id>() : units_of(*facts, post, today);
            if (!where.empty()) {
                units.insert(where.begin(), where.end());
                posts.push_back(post);
            }
        }
        if (posts.empty()) {
            return std::nullopt;  // Not staff, or no longer.
        }
        SAMVEV_TRY(const Id chosen, choose(posts, units, unit));
        for (const Post& post : posts) {
            if (units_of(*facts, post, today).contains(chosen)) {
                return member(*facts, post, chosen, today);
            }
        }
        return std::nullopt;
    }

    Result<std::optional<access::Citizen>> find_person(
        std::uint32_t tenant, const access::Principal& principal
    ) const override {
        const auto person = person_of(tenant, principal);
        if (!person) {
            return std::nullopt;
        }
        SAMVEV_TRY(const auto facts, parts_.facts.at(store::TenantId(tenant)));
        const Id id = person->text();
        const access::PersonFacts* known = facts->persons.find(id);
        if (known == nullptr || known->dead) {
            return std::nullopt;
        }
        const base::Date today = access::local_day(parts_.clock.now());
        access::Citizen citizen{
            .id = *person, .represents = represents_somebody(*facts, id, today)
        };
        for (const Id& case_id : known->cases) {
            const access::CaseFacts* found = facts->cases.find(case_id);
            if (found == nullptr) {
                continue;
            }
            citizen.is_child = citizen.is_child || found->person == id;
            citizen.is_trusted = citizen.is_trusted || takes_part(*found, id, today);
        }
        return citizen;
    }

    Result<std::optional<access::ServiceAccount>> find_service(const access::Principal& principal
    ) const override {
        return parts_.services->find_service(principal);
    }

private:
    [[nodiscard]] std::optional<base::Uuid> person_of(
        std::uint32_t tenant, const access::Principal& principal
    ) const {
        return principal.pid ? parts_.numbers.find(store::TenantId(tenant), *principal.pid)
                             : std::nullopt;
    }

    static access::Ids posts_of(const Facts& facts, const Id& person) {
        const access::Ids* found = facts.staff_of_person.find(person);
        return found == nullptr ? access::Ids() : *found;
    }

    static Result<Id> choose(
        const std::vector<Post>& posts, const std::set<Id>& units, std::string_view asked
    ) {
        if (!asked.empty()) {
            const Id unit(asked);
            return units.contains(unit) ? Result<Id>(unit) : not_theirs();
        }
        const Id& home = posts.front().facts->home_unit;
        if (posts.size() == 1 && units.contains(home)) {
            return home;
        }
        return units.size() == 1 ? Result<Id>(*units.begin()) : choose_one(units);
    }

    static std::optional<access::StaffMember> member(
        const Facts& facts, const Post& post, const Id& unit, base::Date today
    ) {
        const auto id = base::Uuid::parse(post.staff);
        return id ? std::optional(access::StaffMember{
                        .id = *id, .roles = roles_in(facts, post, unit, today), .unit = unit
                    })
                  : std::nullopt;
    }

    static bool represents_somebody(const Facts& facts, const Id& id, base::Date today) {
        const access::Ids* children = facts.represented_by.find(id);
        return children != nullptr && std::ranges::any_of(*children, [&](const Id& child) {
                   return represents(facts, child, id, today);
               });
    }

    const FactDirectoryParts parts_;
};

}  // namespace

access::Citizen citizen_in(
    const Facts& facts, const access::CaseFacts& in, const base::Uuid& person, base::Date today
) {
    const Id id = person.text();
    return {
        .id = person,
        .is_child = in.person == id,
        .represents = represents(facts, in.person, id, today),
        .is_trusted = takes_part(in, id, today)
    };
}

std::unique_ptr<access::Directory> make_fact_directory(FactDirectoryParts parts) {
    return std::make_unique<FactDirectory>(std::move(parts));
}

}  // namespace samvev::dispatch
