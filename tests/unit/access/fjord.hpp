#pragma once

#include <algorithm>
#include <string>

#include "access/policy.hpp"

// A small town for the policy's tests: two services, a family, one case. All made up.
namespace samvev::access_test {

using namespace samvev::access;  // NOLINT(google-build-using-namespace): the tests' own namespace.

inline constexpr std::uint32_t tenant = 9999;

inline const Id school = "unit-school";
inline const Id health_station = "unit-health-station";
inline const Id child_welfare = "unit-child-welfare";
inline const Id hospital = "unit-hospital";  // external

inline const Id ada = "staff-ada";      // teacher, coordinator of the case
inline const Id odd = "staff-odd";      // public health nurse, in the team for health
inline const Id inga = "staff-inga";    // teacher, no part in the case
inline const Id berit = "staff-berit";  // leads the school
inline const Id geir = "staff-geir";    // leads the health station
inline const Id tor = "staff-tor";      // child welfare
inline const Id vera = "staff-vera";    // protection office
inline const Id nils = "staff-nils";    // hospital

inline const Id lo = "person-lo";  // the child, born 2015-05-04
inline const Id mother = "person-mother";
inline const Id father = "person-father";
inline const Id proxy = "person-proxy";
inline const Id stranger = "person-stranger";

inline const Id los_case = "case-lo";

// 2027-03-10 12:00 UTC: Lo is 11.
[[nodiscard]] base::Timestamp noon(std::string_view day = "2027-03-10");
[[nodiscard]] base::Date day(std::string_view text);

// The town: Ada coordinates Lo's case, Odd takes part with topic health, the mother has parental
// responsibility, the health station may tell the school nothing.
[[nodiscard]] Facts town();

[[nodiscard]] Actor staff(const Id& id, std::string_view purpose = "coordination");
[[nodiscard]] Actor person(const Id& id, std::string_view purpose = "own-case");

[[nodiscard]] Request ask(Actor actor, Action action = Action::read);
[[nodiscard]] Request of_case(Request request, const Id& id = los_case);
[[nodiscard]] Request of_person(Request request, const Id& id = lo);
// An item of Lo's case.
[[nodiscard]] Request of_item(
    Request request, std::string_view topic,
    Confidentiality confidentiality = Confidentiality::restricted, const Id& owner_unit = {}
);

// "rule" when allowed, "rule 40401" when not.
[[nodiscard]] std::string verdict(
    const Request& request, const Facts& facts, base::Timestamp now = noon()
);
[[nodiscard]] bool may(const Request& request, const Facts& facts, base::Timestamp now = noon());

// Changes facts in place, and gives them back.
template <typename Change>
Facts with_case(Facts facts, Change change) {
    facts.cases.update(los_case, change);
    return facts;
}
template <typename Change>
Facts with_lo(Facts facts, Change change) {
    facts.persons.update(lo, change);
    return facts;
}
[[nodiscard]] Release consent(Topics topics, Ids recipients);

}  // namespace samvev::access_test
