#pragma once

#include <memory>

#include "access/directory.hpp"
#include "base/clock.hpp"
#include "dispatch/gate/person_numbers.hpp"
#include "dispatch/gate/tenant_facts.hpp"

namespace samvev::dispatch {

// What somebody is in private to one case, by the day.
[[nodiscard]] access::Citizen citizen_in(
    const access::Facts& facts, const access::CaseFacts& in, const base::Uuid& person,
    base::Date today
);

// All but `services` outlive the directory.
struct FactDirectoryParts {
    const TenantFacts& facts;
    const PersonNumbers& numbers;
    const base::Clock& clock;                     // of the domain: which assignments run
    std::unique_ptr<access::Directory> services;  // asked for programs
};

// Who the issuers' principals are, by what has happened here: a national number leads to a person
// (PersonNumbers), a person to whom they work as (StaffFacts::person). Roles are those of the
// assignments that run today in the unit acted for, and "leader" of a unit that they lead. Facts
// are loaded before any door opens, so nobody is ever told to wait. [any thread]
[[nodiscard]] std::unique_ptr<access::Directory> make_fact_directory(FactDirectoryParts parts);

}  // namespace samvev::dispatch
