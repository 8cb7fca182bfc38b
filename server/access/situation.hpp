#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "access/request.hpp"

namespace samvev::access {

// A place at the table of a case: through a service, with a scope.
struct Seat {
    enum class Rank { invited, member, coordinator };
    Rank rank = Rank::member;
    Id unit;
    const Topics* scope = nullptr;  // of a member; a coordinator needs none
    const CaseFacts* at = nullptr;
};

// A request seen in the light of the facts: who is asking, about whom, from which seats. It points
// into both, which outlive it. Questions only: what follows from the answers is the policy's.
struct Situation {
    const Request& request;
    const Facts& facts;
    base::Timestamp now;
    base::Date today;
    Actor who;  // the user, also when a plugin asks on their behalf

    std::vector<const CaseFacts*> cases;  // the case, or all cases of the person
    Id subject_id;                        // the child of the case, or the person; may be empty
    const PersonFacts* subject = nullptr;
    std::optional<int> age;     // of the subject
    std::vector<Id> acting_as;  // staff: oneself and those one stands in for
    std::vector<Seat> seats;  // staff: best first; none through a unit that the person has blocked

    [[nodiscard]] const Item& item() const noexcept { return request.resource.item; }
    [[nodiscard]] bool is(Resource::Kind kind) const noexcept {
        return request.resource.kind == kind;
    }
    [[nodiscard]] bool writes() const noexcept { return request.action == Action::write; }
    [[nodiscard]] bool is_staff() const noexcept { return who.kind == Actor::Kind::staff; }
    [[nodiscard]] bool is_person() const noexcept { return who.kind == Actor::Kind::person; }
    [[nodiscard]] bool is_subject() const noexcept;
};

[[nodiscard]] Situation situation_of(
    const Request& request, const Facts& facts, base::Timestamp now
);

// --- who somebody is ------------------------------------------------------------------------
// What the token says, until the history that gave the role has taken it back: nobody keeps it for
// the rest of a token's life.
[[nodiscard]] bool keeps_role(const Situation& s, std::string_view role);
// Has that role today, in a unit that the person has not shut out. Oversight (auditor,
// privacy-officer) is the token's as long as it is kept, and shut out by nobody.
[[nodiscard]] bool holds_role(const Situation& s, std::string_view role);
// Works in the protection office, which keeps the addresses that nobody else may see.
[[nodiscard]] bool guards_addresses(const Situation& s);
[[nodiscard]] bool is_member(const Situation& s, const Id& staff, const Id& unit);
[[nodiscard]] bool leads(const Situation& s, const Id& unit);
[[nodiscard]] bool leads_unit_of_case(const Situation& s);
[[nodiscard]] bool is_escalated_to(const Situation& s);
[[nodiscard]] bool is_guardian(const Situation& s);
// Guardian or proxy, now or before: what is withheld from guardians stays so when that has ended.
[[nodiscard]] bool has_represented(const Situation& s);
[[nodiscard]] bool is_proxy_for(const Situation& s, std::string_view topic);
[[nodiscard]] bool is_guest(const Situation& s);
// A staff member who is, in private, one of those that the case is about.
[[nodiscard]] bool handles_own(const Situation& s);

// The level of login that this takes: low is enough for who was invited to read, and to send what
// a module says that they may.
[[nodiscard]] Assurance login_needed(const Situation& s);

// --- what stands in the way -----------------------------------------------------------------
// Was let in by an invitation that is over, or asks for something else than the case that it is
// for.
[[nodiscard]] bool is_outside_invitation(const Situation& s);
[[nodiscard]] bool is_kept_away(const Situation& s);
[[nodiscard]] bool is_blocked(const Situation& s, const Id& id);
// The highest protection among those it is about, the caller not counted.
[[nodiscard]] Protection protection_of_others(const Situation& s);

// --- what was granted ----------------------------------------------------------------------
// The emergency under which the caller may read now.
[[nodiscard]] const EmergencyGrant* find_emergency(const Situation& s);
// Starts an emergency of their own, from a unit where they work, or ends it while it runs.
[[nodiscard]] bool conducts_emergency(const Situation& s);
// Would judge, when it is over, what they did in an emergency themselves.
[[nodiscard]] bool reviews_own_emergency(const Situation& s);
// Leads the unit that started the emergency, or is the privacy officer at work.
[[nodiscard]] bool oversees_emergency(const Situation& s);
// Asks for, confirms or stops that something is erased, or knows of it: the privacy officer at
// work, and who answers for the municipality.
[[nodiscard]] bool decides_erasure(const Situation& s);
// Is told that it was started, and why in a word: the child, its parents, the table, who did it.
[[nodiscard]] bool knows_of_emergency(const Situation& s);
// Has a role "service:…", which nobody but the operator gives.
[[nodiscard]] bool acts_for_a_service(const Actor& actor);
// The grant of the plugin or integration that is calling.
[[nodiscard]] const ServiceFacts* find_service(const Situation& s);

}  // namespace samvev::access
