#include "access/reach.hpp"

#include <algorithm>

namespace samvev::access {

namespace {

using Kind = Resource::Kind;
using Words = std::initializer_list<std::string_view>;

bool one_of(std::string_view word, Words words) noexcept {
    return std::ranges::find(words, word) != words.end();
}

template <typename Range, typename Value>
bool has(const Range& range, const Value& value) {
    return std::ranges::find(range, value) != std::ranges::end(range);
}

bool is_addressed(const Situation& s, std::string_view unit) {
    const std::vector<Id>& audience = s.item().audience;
    return audience.empty() || has(audience, s.who.id) || (!unit.empty() && has(audience, unit)) ||
           std::ranges::any_of(s.acting_as, [&](const Id& id) { return has(audience, id); });
}

bool covers(const Release& release, const Seat& seat, const Item& item) {
    const bool topic =
        release.topics.contains(item.topic) && !release.excluded_topics.contains(item.topic);
    // Only a statute can mean everybody; a consent is given to services by name.
    const bool all = release.every_unit && release.ground == Release::Ground::statute;
    const bool to = (all || release.recipient_units.contains(seat.unit)) &&
                    !release.excluded_units.contains(seat.unit);
    const bool from =
        release.source_units.empty() || release.source_units.contains(item.owner_unit);
    return topic && to && from && !release.withdrawn;
}

bool citizen_may_write(const Situation& s) {
    return s.item().topic == "consent" ? may_consent(s)
           : s.item().topic == "access"
               ? may_decide_access(s)
               : one_of(s.item().topic, {"coordination", "plan", "participation", "child-voice"});
}

}  // namespace

bool is_frame(std::string_view topic) noexcept {
    return one_of(
        topic, {"coordination", "plan", "participation", "child-voice", "consent", "access"}
    );
}
bool is_health(std::string_view topic) noexcept {
    return one_of(topic, {"health", "mental-health"});
}
bool is_strict(const Situation& s) noexcept {
    return s.item().confidentiality == Confidentiality::strict;
}
bool is_case_item(const Situation& s) noexcept {
    return s.is(Kind::item) && !s.request.resource.case_id.empty();
}
bool is_identity_item(const Situation& s) noexcept {
    const Resource& resource = s.request.resource;
    return s.is(Kind::item) && resource.case_id.empty() && !resource.person_id.empty();
}
bool is_unaddressed(const Situation& s) noexcept {
    return s.item().audience.empty() && s.item().withheld_from.empty();
}
bool is_addressed_to(const Situation& s) {
    return is_addressed(s, {}) || std::ranges::any_of(s.item().audience, [&](const Id& unit) {
               return s.is_staff() && is_member(s, s.who.id, unit);
           });
}
bool names_somebody(const Situation& s) noexcept {
    const Resource& resource = s.request.resource;
    return !resource.case_id.empty() || !resource.person_id.empty() || !s.item().subjects.empty();
}
bool reads_about(const Situation& s) noexcept {
    return (s.is(Kind::case_) || s.is(Kind::person)) && !s.writes();
}
bool is_older(const Situation& s, int years) noexcept {
    return s.age && *s.age >= years;
}
bool searches_person(const Situation& s) noexcept {
    return s.is(Kind::person) && s.request.action == Action::search;
}
bool creates(const Situation& s) noexcept {
    const Resource& resource = s.request.resource;
    return s.writes() &&
           ((s.is(Kind::case_) && s.facts.cases.find(resource.case_id) == nullptr) ||
            (s.is(Kind::person) && s.facts.persons.find(resource.person_id) == nullptr));
}

bool is_withheld_from(const Situation& s, std::string_view id) {
    return !id.empty() && has(s.item().withheld_from, id);
}

bool reaches_citizen(const Situation& s) {
    if (!is_addressed(s, {})) {
        return false;
    }
    return is_case_item(s) ? !is_strict(s) && (!s.writes() || citizen_may_write(s))
                           : is_identity_item(s) && !s.writes();
}

bool may_decide_access(const Situation& s) {
    return s.is_subject() ? is_older(s, 12)
                          : is_guardian(s) && s.subject->care_unit.empty() && !is_older(s, 16);
}

bool may_consent(const Situation& s) {
    const std::vector<std::string>& topics = s.item().gives_consent_for;
    const bool parents_may = s.is_person() && s.subject != nullptr && s.subject->care_unit.empty();
    return !topics.empty() && (s.is_subject() || parents_may || holds_care(s)) &&
           std::ranges::all_of(topics, [&](std::string_view topic) {
               const bool at_15 = one_of(topic, {"child-welfare", "education"});
               return s.is_subject() == is_older(s, is_health(topic) ? 16 : at_15 ? 15 : 18);
           });
}

bool reaches(const Situation& s, const Seat& seat) {
    return (is_case_item(s) || is_identity_item(s)) && seat.rank >= Seat::Rank::member &&
           is_addressed(s, seat.unit) && !is_withheld_from(s, seat.unit);
}

bool reaches_table(const Situation& s) {
    const bool shared = is_frame(s.item().topic) && !is_strict(s);
    return std::ranges::any_of(s.seats, [&](const Seat& seat) {
        const bool keeps = !s.writes() || seat.rank == Seat::Rank::coordinator;
        return reaches(s, seat) && (is_case_item(s) ? shared : keeps);
    });
}

bool reaches_own_service(const Situation& s) {
    return is_case_item(s) && std::ranges::any_of(s.seats, [&](const Seat& seat) {
               return reaches(s, seat) && !seat.unit.empty() && seat.unit == s.item().owner_unit;
           });
}

const Release* find_release(const Situation& s, Release::Ground ground) {
    if (!is_case_item(s) || is_strict(s) || s.writes()) {
        return nullptr;
    }
    for (const Seat& seat : s.seats) {
        const bool scoped = seat.rank == Seat::Rank::coordinator ||
                            (seat.scope != nullptr && seat.scope->contains(s.item().topic));
        if (!scoped || !reaches(s, seat)) {
            continue;
        }
        for (const auto& [id, release] : seat.at->releases) {
            if (release.ground == ground && contains(release.period, s.today) &&
                covers(release, seat, s.item())) {
                return &release;
            }
        }
    }
    return nullptr;
}

bool sits(const Situation& s) {
    return !s.seats.empty() && s.seats.front().rank >= Seat::Rank::member;
}
bool coordinates(const Situation& s) {
    return !s.seats.empty() && s.seats.front().rank == Seat::Rank::coordinator;
}
bool holds_care(const Situation& s) {
    return s.is_staff() && s.subject != nullptr && !is_older(s, 18) &&
           !is_blocked(s, s.subject->care_unit) && is_member(s, s.who.id, s.subject->care_unit);
}

bool shows_metadata(const Situation& s) {
    const bool frame = is_case_item(s) && s.item().topic == "coordination" && is_unaddressed(s) &&
                       s.item().confidentiality <= Confidentiality::internal && !s.writes();
    return frame || reads_about(s);
}

bool in_directory(const Situation& s) {
    const bool topic =
        s.item().topic == "organisation" || (s.is_staff() && leads(s, s.item().owner_unit));
    const bool item = s.is(Kind::item) && !is_case_item(s) && !is_identity_item(s) && topic &&
                      !is_strict(s) && is_addressed_to(s) &&
                      (s.is_staff() || s.item().confidentiality == Confidentiality::open);
    const Id& id = s.request.resource.unit_id;
    const UnitFacts* unit = s.facts.units.find(id);
    const bool hidden = unit != nullptr && unit->hidden && !leads(s, id) && !guards_addresses(s) &&
                        !is_member(s, s.who.id, id);
    const bool own = s.is_staff() && s.request.resource.staff_id == s.who.id;
    const bool office = std::ranges::any_of(
        Words{"administrator", "coordinating-unit", "division-head", "municipal-director"},
        [&](std::string_view role) { return keeps_role(s, role) || holds_role(s, role); }
    );
    const bool may = !s.writes() || (s.is_staff() && office) || leads(s, id) || own;
    return (item || s.is(Kind::unit)) && may && !hidden;
}

bool is_asked_to_answer(const Situation& s) {
    const bool in_person =
        s.is_person() && (s.is_subject() || is_guardian(s) ||
                          std::ranges::any_of(s.cases, [&](const CaseFacts* one) {
                              return std::ranges::any_of(one->participations, [&](const auto& at) {
                                  return at.second.person == s.who.id &&
                                         at.second.phase != Participation::Phase::ended;
                              });
                          }));
    return s.is(Kind::answer) && s.writes() && (!s.seats.empty() || in_person);
}

bool is_about_nobody(const Situation& s) {
    const Resource& resource = s.request.resource;
    return s.is(Kind::item) && resource.case_id.empty() && resource.person_id.empty() &&
           resource.unit_id.empty() && s.item().subjects.empty() &&
           s.item().topic != "organisation" && is_addressed_to(s);
}

bool is_asked(const Situation& s) {
    const auto member = [&](const Id& unit) { return is_member(s, s.who.id, unit); };
    return s.is_staff() && (member(s.item().owner_unit) || has(s.item().audience, s.who.id) ||
                            std::ranges::any_of(s.item().audience, member));
}

}  // namespace samvev::access
