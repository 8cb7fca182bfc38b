#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "access/persistent_map.hpp"
#include "base/calendar_text.hpp"
#include "base/clock.hpp"

// What the policy asks of a tenant: who belongs where, since when, and what was allowed by whom.
// Ids are UUID texts, as in actors and labels. No names, no numbers, no free text.
namespace samvev::access {

using Id = std::string;
using Ids = std::set<Id, std::less<>>;
using Topics = std::set<std::string, std::less<>>;

// Both days are inside; absent = open.
struct Period {
    std::optional<base::Date> from;
    std::optional<base::Date> until;
    friend bool operator==(const Period&, const Period&) = default;
};
[[nodiscard]] bool contains(const Period& period, base::Date day) noexcept;

struct UnitFacts {
    Id parent;
    Id leader;              // staff
    bool external = false;  // county, specialist, private: outside the municipality's tree
    bool hidden = false;    // its name says where a protected person is
    std::optional<base::Date> closed_on;
    friend bool operator==(const UnitFacts&, const UnitFacts&) = default;
};

struct Assignment {
    std::string role;
    Id unit;
    Period period;
    bool ended = false;
    friend bool operator==(const Assignment&, const Assignment&) = default;
};

struct StandIn {
    Id absent;  // staff
    Period period;
    friend bool operator==(const StandIn&, const StandIn&) = default;
};

struct StaffFacts {
    Id person;  // who it is in private: nobody handles their own case
    Id home_unit;
    bool has_signed_declaration = false;
    std::map<Id, Assignment> assignments;
    std::vector<StandIn> stands_in_for;
    Id substitute;  // the latest: only they stand in
    friend bool operator==(const StaffFacts&, const StaffFacts&) = default;
};

struct Post {
    Id staff;
    Id unit;
    friend bool operator==(const Post&, const Post&) = default;
};

struct Participation {
    enum class Phase { invited, active, ended };
    Phase phase = Phase::invited;
    Post post;  // without staff: the whole unit; without both: `person`
    Id person;  // someone of the network, or empty
    Topics topics;
    Period period;
    friend bool operator==(const Participation&, const Participation&) = default;
};

// What may be told to whom: a consent (given to services), or a statutory basis without one.
struct Release {
    enum class Ground { consent, statute };
    Ground ground = Ground::consent;
    Topics topics;
    Ids recipient_units;
    bool every_unit = false;  // a statutory basis that names no recipients
    Ids source_units;         // empty: whoever holds it
    Topics excluded_topics;
    Ids excluded_units;
    Period period;
    bool withdrawn = false;
    std::string paragraph;  // of a statutory basis
    friend bool operator==(const Release&, const Release&) = default;
};

// Break-glass: one staff member reads one case, for hours.
struct EmergencyGrant {
    Post post;
    base::Timestamp from{};
    base::Timestamp until{};
    std::string reason_code;
    Id reviewed_by;  // staff, or empty
    friend bool operator==(const EmergencyGrant&, const EmergencyGrant&) = default;
};

// What somebody must not be shown, though they may see the rest of the case.
struct Withholding {
    Id item;   // an event, or the thing that events are about; empty: lost, so everything
    Ids from;  // staff, persons, units, or "guardians"
    bool released = false;
    friend bool operator==(const Withholding&, const Withholding&) = default;
};

// Somebody without eID is let in to one case, on one device, by a code.
struct Invitation {
    enum class Phase { open, redeemed, over };
    Phase phase = Phase::open;
    Id person;
    std::string locator;  // the part of the code that finds it
    std::string code;     // digest of the code
    std::string device;   // digest of what the device has, once redeemed
    base::Timestamp redeem_by{};
    base::Timestamp ends_at{};
    friend bool operator==(const Invitation&, const Invitation&) = default;
};

struct CaseFacts {
    Id person;  // the child; empty while nobody is identified
    int level = 0;
    bool closed = false;
    std::optional<Post> coordinator;
    base::Timestamp coordinator_since{};
    std::optional<Post> concern_owner;  // answers for the case at level 0
    Id coordinating_unit;
    std::optional<Post> offered_to;  // handover not answered yet
    std::vector<Post> escalated_to;  // leaders who must decide something in it
    std::map<Id, Participation> participations;
    std::map<Id, Release> releases;
    std::map<Id, EmergencyGrant> emergencies;
    std::map<Id, Withholding> withholdings;
    std::map<Id, Invitation> invitations;
    Ids linked_cases;
    friend bool operator==(const CaseFacts&, const CaseFacts&) = default;
};

// From whom an event with that id, about that entity, is withheld. That it was withheld stays so
// when the item itself is free again.
[[nodiscard]] Ids withheld_from(
    const CaseFacts& of, std::string_view event, std::string_view entity
);

struct Proxy {
    Topics topics;
    Period period;
    friend bool operator==(const Proxy&, const Proxy&) = default;
};

// Ordered: a higher one protects more.
enum class Protection { none, client, confidential, strictly_confidential };

struct PersonFacts {
    std::optional<base::Date> birth_date;  // absent: unborn or unknown
    bool dead = false;
    Protection protection = Protection::none;
    std::map<Id, Period> guardians;             // persons with parental responsibility
    Id care_unit;                               // child welfare, when it has taken over the care
    std::map<Id, Proxy> proxies;                // persons
    std::map<Id, Period> contact_restrictions;  // persons who must be kept away
    std::map<Id, Period> blocks;                // staff or units that the person has shut out
    Id registered_by;                           // staff; answers for them until there is a case
    Ids cases;                                  // where they are the child or take part
    friend bool operator==(const PersonFacts&, const PersonFacts&) = default;
};

// Advice among services about nobody in particular.
struct ConsultationFacts {
    Id owner_unit;  // which asks
    Ids asked;      // units
    friend bool operator==(const ConsultationFacts&, const ConsultationFacts&) = default;
};

// A plugin's or an integration's own right. On behalf of a user it is cut with the user's.
struct ServiceFacts {
    Topics topics;  // empty: every topic
    bool writes = false;
    bool acts_alone = false;  // without a user
    Period period;
    friend bool operator==(const ServiceFacts&, const ServiceFacts&) = default;
};

// A snapshot: copied for the price of eight pointers. The snapshot that holds a find()'s answer
// must outlive its use.
struct Facts {
    std::uint32_t tenant = 0;
    std::uint64_t version = 0;  // grows with each change: what a queued commit was permitted on
    bool declaration_required = false;  // setting: no access before the declaration is signed
    PersistentMap<UnitFacts> units;
    PersistentMap<StaffFacts> staff;
    PersistentMap<CaseFacts> cases;
    PersistentMap<PersonFacts> persons;
    PersistentMap<ServiceFacts> services;
    PersistentMap<ConsultationFacts> consultations;
    // By person: as whom they work here, and whose guardian or proxy they are or were.
    PersistentMap<Ids> staff_of_person;
    PersistentMap<Ids> represented_by;
};

}  // namespace samvev::access
