#include "access/situation.hpp"

#include <algorithm>
#include <utility>

#include "access/local_day.hpp"

namespace samvev::access {

namespace {

constexpr std::chrono::hours emergency_max{4};

template <typename Range, typename Value>
bool has(const Range& range, const Value& value) {
    return std::ranges::find(range, value) != std::ranges::end(range);
}

// "staff/<id>" or "person/<id>": the user a plugin asks for. Roles stay behind: facts decide.
Actor user_behind(const Actor& service) {
    Actor user = service;
    user.roles.clear();
    user.on_behalf_of.clear();
    const std::size_t slash = service.on_behalf_of.find('/');
    const std::string kind = service.on_behalf_of.substr(0, slash);
    if (slash == std::string::npos || (kind != "staff" && kind != "person")) {
        return service;
    }
    user.kind = kind == "staff" ? Actor::Kind::staff : Actor::Kind::person;
    user.id = service.on_behalf_of.substr(slash + 1);
    return user;
}

void add_acting_as(Situation& s) {
    s.acting_as.push_back(s.who.id);
    if (const StaffFacts* staff = s.facts.staff.find(s.who.id)) {
        for (const StandIn& stand_in : staff->stands_in_for) {
            if (contains(stand_in.period, s.today)) {
                s.acting_as.push_back(stand_in.absent);
            }
        }
    }
}

void add_post(
    Situation& s, const CaseFacts& at, const Post& post, Seat::Rank rank, const Topics* scope
) {
    const bool sits = std::ranges::any_of(s.acting_as, [&](const Id& staff) {
        return (post.staff.empty() ? !post.unit.empty() : post.staff == staff) &&
               (post.unit.empty() || is_member(s, staff, post.unit));
    });
    if (sits && !is_blocked(s, post.unit)) {
        s.seats.push_back({.rank = rank, .unit = post.unit, .scope = scope, .at = &at});
    }
}

void add_seats(Situation& s, const CaseFacts& at) {
    if (at.coordinator) {
        add_post(s, at, *at.coordinator, Seat::Rank::coordinator, nullptr);
    } else if (at.concern_owner) {
        add_post(s, at, *at.concern_owner, Seat::Rank::coordinator, nullptr);
    }
    for (const auto& [id, one] : at.participations) {
        if (one.phase == Participation::Phase::ended || !contains(one.period, s.today)) {
            continue;
        }
        const bool active = one.phase == Participation::Phase::active;
        add_post(s, at, one.post, active ? Seat::Rank::member : Seat::Rank::invited, &one.topics);
    }
    if (at.offered_to) {
        add_post(s, at, *at.offered_to, Seat::Rank::invited, nullptr);
    }
}

void add_cases(Situation& s) {
    const Resource& resource = s.request.resource;
    if (!resource.case_id.empty()) {
        if (const CaseFacts* found = s.facts.cases.find(resource.case_id)) {
            s.cases.push_back(found);
            s.subject_id = found->person;
        }
    } else if (!resource.person_id.empty()) {
        s.subject_id = resource.person_id;
        if (const PersonFacts* person = s.facts.persons.find(resource.person_id)) {
            for (const Id& id : person->cases) {
                if (const CaseFacts* found = s.facts.cases.find(id)) {
                    s.cases.push_back(found);
                }
            }
        }
    }
}

}  // namespace

bool Situation::is_subject() const noexcept {
    return is_person() && !subject_id.empty() && who.id == subject_id;
}

Situation situation_of(const Request& request, const Facts& facts, base::Timestamp now) {
    Situation s{
        .request = request,
        .facts = facts,
        .now = now,
        .today = local_day(now),
        .who = request.actor,
        .cases = {},
        .subject_id = {},
        .subject = nullptr,
        .age = {},
        .acting_as = {},
        .seats = {}
    };
    if (s.who.kind == Actor::Kind::service) {
        s.who = user_behind(request.actor);
    }
    add_cases(s);
    s.subject = s.subject_id.empty() ? nullptr : facts.persons.find(s.subject_id);
    if (s.subject != nullptr && s.subject->birth_date) {
        s.age = age_on(*s.subject->birth_date, s.today);
    }
    if (s.is_staff()) {
        add_acting_as(s);
        for (const CaseFacts* one : s.cases) {
            add_seats(s, *one);
        }
        std::ranges::stable_sort(s.seats, std::ranges::greater{}, &Seat::rank);
    }
    return s;
}

bool keeps_role(const Situation& s, std::string_view role) {
    bool given = false;
    bool runs = false;
    if (const StaffFacts* staff = s.is_staff() ? s.facts.staff.find(s.who.id) : nullptr) {
        for (const auto& [id, one] : staff->assignments) {
            given = given || one.role == role;
            runs = runs || (one.role == role && !one.ended && contains(one.period, s.today));
        }
    }
    return s.who.has_role(role) && (runs || !given);
}

bool holds_role(const Situation& s, std::string_view role) {
    if (role == "auditor" || role == "privacy-officer") {
        return keeps_role(s, role);
    }
    const StaffFacts* staff = s.is_staff() ? s.facts.staff.find(s.who.id) : nullptr;
    return staff != nullptr && std::ranges::any_of(staff->assignments, [&](const auto& entry) {
               const Assignment& one = entry.second;
               return one.role == role && !one.ended && contains(one.period, s.today) &&
                      !is_blocked(s, one.unit);
           });
}

bool guards_addresses(const Situation& s) {
    return holds_role(s, "protected-operations");
}

// Where somebody was registered they belong until a role of theirs there is over. Who is not
// registered belongs where the token says: it is signed by somebody who may say so.
bool is_member(const Situation& s, const Id& staff, const Id& unit) {
    const StaffFacts* known = s.facts.staff.find(staff);
    if (known == nullptr || unit.empty()) {
        return !unit.empty() && s.is_staff() && staff == s.who.id && unit == s.who.unit;
    }
    bool over = false;
    for (const auto& [id, one] : known->assignments) {
        if (one.unit != unit) {
            continue;
        }
        if (!one.ended && contains(one.period, s.today)) {
            return true;
        }
        over = over || one.ended || (one.period.until && *one.period.until < s.today);
    }
    return known->home_unit == unit && !over;
}

bool leads(const Situation& s, const Id& unit) {
    const UnitFacts* known = unit.empty() ? nullptr : s.facts.units.find(unit);
    return known != nullptr && !known->leader.empty() && has(s.acting_as, known->leader) &&
           !is_blocked(s, unit);
}

bool leads_unit_of_case(const Situation& s) {
    return std::ranges::any_of(s.cases, [&](const CaseFacts* one) {
        const bool taking_part = std::ranges::any_of(one->participations, [&](const auto& entry) {
            return entry.second.phase == Participation::Phase::active &&
                   contains(entry.second.period, s.today) && leads(s, entry.second.post.unit);
        });
        return taking_part || (one->coordinator && leads(s, one->coordinator->unit)) ||
               (one->concern_owner && leads(s, one->concern_owner->unit));
    });
}

bool is_escalated_to(const Situation& s) {
    return std::ranges::any_of(s.cases, [&](const CaseFacts* one) {
        return std::ranges::any_of(one->escalated_to, [&](const Post& post) {
            return post.staff.empty() ? leads(s, post.unit)
                                      : has(s.acting_as, post.staff) && !is_blocked(s, post.unit);
        });
    });
}

bool is_guardian(const Situation& s) {
    if (!s.is_person() || s.subject == nullptr || (s.age && *s.age >= 18)) {
        return false;
    }
    const auto found = s.subject->guardians.find(s.who.id);
    return found != s.subject->guardians.end() && contains(found->second, s.today);
}

bool has_represented(const Situation& s) {
    return s.is_person() && s.subject != nullptr && !s.is_subject() &&
           (s.subject->guardians.contains(s.who.id) || s.subject->proxies.contains(s.who.id));
}

bool is_proxy_for(const Situation& s, std::string_view topic) {
    if (!s.is_person() || s.subject == nullptr) {
        return false;
    }
    const auto found = s.subject->proxies.find(s.who.id);
    return found != s.subject->proxies.end() && contains(found->second.period, s.today) &&
           (topic.empty() || found->second.topics.contains(topic));
}

bool is_guest(const Situation& s) {
    return s.is_person() && std::ranges::any_of(s.cases, [&](const CaseFacts* one) {
               return std::ranges::any_of(one->participations, [&](const auto& entry) {
                   return entry.second.person == s.who.id &&
                          entry.second.phase == Participation::Phase::active &&
                          contains(entry.second.period, s.today);
               });
           });
}

bool handles_own(const Situation& s) {
    const StaffFacts* staff = s.is_staff() ? s.facts.staff.find(s.who.id) : nullptr;
    if (staff == nullptr || staff->person.empty()) {
        return false;
    }
    const Id& own = staff->person;
    const bool close = s.subject != nullptr &&
                       (s.subject->guardians.contains(own) || s.subject->proxies.contains(own) ||
                        s.subject->contact_restrictions.contains(own));
    return close || own == s.subject_id || has(s.item().subjects, own) ||
           std::ranges::any_of(s.cases, [&](const CaseFacts* one) {
               return one->person == own ||
                      std::ranges::any_of(one->participations, [&](const auto& entry) {
                          return entry.second.person == own;
                      });
           });
}

Assurance login_needed(const Situation& s) {
    const Assurance needed = s.request.login_needed;
    const bool invited = !s.request.actor.invitation.empty();
    return invited && !s.writes() ? std::min(needed, Assurance::low) : needed;
}

// What says nothing of persons, like the directory, may be read besides the case.
bool is_outside_invitation(const Situation& s) {
    const Actor& actor = s.request.actor;
    if (actor.invitation.empty()) {
        return false;
    }
    const CaseFacts* to = s.facts.cases.find(actor.invited_to);
    const auto found = to == nullptr ? std::map<Id, Invitation>::const_iterator()
                                     : to->invitations.find(actor.invitation);
    const bool holds = to != nullptr && found != to->invitations.end() &&
                       found->second.phase == Invitation::Phase::redeemed &&
                       found->second.person == actor.id && s.now < found->second.ends_at;
    const Resource& resource = s.request.resource;
    const bool about_nobody = !s.writes() && resource.case_id.empty() && resource.person_id.empty();
    return !holds || (resource.case_id != actor.invited_to && !about_nobody);
}

bool is_kept_away(const Situation& s) {
    if (!s.is_person()) {
        return false;
    }
    const auto restricts = [&](const Id& id) {
        const PersonFacts* person = s.facts.persons.find(id);
        if (person == nullptr) {
            return false;
        }
        const auto found = person->contact_restrictions.find(s.who.id);
        return found != person->contact_restrictions.end() && contains(found->second, s.today);
    };
    return restricts(s.subject_id) || std::ranges::any_of(s.item().subjects, restricts);
}

bool is_blocked(const Situation& s, const Id& id) {
    if (s.subject == nullptr) {
        return false;
    }
    const auto found = s.subject->blocks.find(id);
    return found != s.subject->blocks.end() && contains(found->second, s.today);
}

Protection protection_of_others(const Situation& s) {
    Protection highest = Protection::none;
    const auto consider = [&](const Id& id) {
        const PersonFacts* person = id == s.who.id ? nullptr : s.facts.persons.find(id);
        highest = person == nullptr ? highest : std::max(highest, person->protection);
    };
    consider(s.subject_id);
    std::ranges::for_each(s.item().subjects, consider);
    return highest;
}

namespace {

bool runs(const EmergencyGrant& grant, base::Timestamp now) {
    return grant.from <= now && now < std::min(grant.until, grant.from + emergency_max);
}

// The emergency that is asked about; null when nobody has started it.
const EmergencyGrant* emergency_named(const Situation& s) {
    for (const CaseFacts* one : s.cases) {
        const auto found = one->emergencies.find(s.request.resource.grant_id);
        if (found != one->emergencies.end()) {
            return &found->second;
        }
    }
    return nullptr;
}

}  // namespace

const EmergencyGrant* find_emergency(const Situation& s) {
    for (const CaseFacts* one : s.cases) {
        for (const auto& [id, grant] : one->emergencies) {
            if (s.is_staff() && grant.post.staff == s.who.id && runs(grant, s.now) &&
                !is_blocked(s, grant.post.unit)) {
                return &grant;
            }
        }
    }
    return nullptr;
}

bool conducts_emergency(const Situation& s) {
    if (!s.is(Resource::Kind::emergency) || !s.writes() || !s.is_staff() || s.cases.empty()) {
        return false;
    }
    if (const EmergencyGrant* grant = emergency_named(s)) {
        return grant->post.staff == s.who.id && runs(*grant, s.now);
    }
    const Id& unit = s.item().owner_unit;
    return s.facts.staff.find(s.who.id) != nullptr && is_member(s, s.who.id, unit) &&
           !is_blocked(s, unit);
}

bool reviews_own_emergency(const Situation& s) {
    const EmergencyGrant* grant =
        s.is(Resource::Kind::emergency) && s.writes() ? emergency_named(s) : nullptr;
    return grant != nullptr && s.is_staff() && grant->post.staff == s.who.id &&
           !runs(*grant, s.now);
}

bool oversees_emergency(const Situation& s) {
    const EmergencyGrant* grant = s.is(Resource::Kind::emergency) ? emergency_named(s) : nullptr;
    const bool officer = holds_role(s, "privacy-officer") && s.who.purpose == "privacy";
    return grant != nullptr && (officer || leads(s, grant->post.unit));
}

bool decides_erasure(const Situation& s) {
    const bool officer = holds_role(s, "privacy-officer") && s.who.purpose == "privacy";
    const bool director = keeps_role(s, "municipal-director");
    return s.is(Resource::Kind::erasure) && s.is_staff() && (officer || director);
}

bool knows_of_emergency(const Situation& s) {
    if (!s.is(Resource::Kind::emergency) || s.writes()) {
        return false;
    }
    const EmergencyGrant* grant = emergency_named(s);
    const bool own = grant != nullptr && s.is_staff() && grant->post.staff == s.who.id;
    const bool at_the_table = !s.seats.empty() && s.seats.front().rank >= Seat::Rank::member;
    return own || at_the_table || s.is_subject() || is_guardian(s);
}

bool acts_for_a_service(const Actor& actor) {
    return std::ranges::any_of(actor.roles, [](const std::string& role) {
        return role.starts_with("service:");
    });
}

const ServiceFacts* find_service(const Situation& s) {
    // An account that the operator's settings name: what it may do, its roles say method by method.
    static const ServiceFacts configured{
        .topics = {}, .writes = true, .acts_alone = true, .period = {}
    };
    if (acts_for_a_service(s.request.actor)) {
        return &configured;
    }
    const ServiceFacts* found = s.facts.services.find(s.request.actor.id);
    return found != nullptr && contains(found->period, s.today) ? found : nullptr;
}

}  // namespace samvev::access
