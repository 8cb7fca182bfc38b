#pragma once

#include <samvev/plugin.hpp>

#include <map>
#include <string>

namespace samvev::coordination {

// What a case needs to know of a unit that it gives something to do, folded from the unit's stream.
struct UnitFacts {
    bool registered = false;
    bool closed = false;
};

// What a case needs to know of a staff member, folded from their own stream.
struct StaffFacts {
    bool registered = false;
    bool had_role = false;
    // Last day of each role that has not been ended, by assignment; empty: without end.
    std::map<std::string, std::string> running_until;

    // Registered, and not without a role after having had one. `today`: YYYY-MM-DD.
    [[nodiscard]] bool is_active(const std::string& today) const noexcept;
};

void to_json(json& out, const UnitFacts& unit);
void from_json(const json& in, UnitFacts& unit);
void to_json(json& out, const StaffFacts& staff);
void from_json(const json& in, StaffFacts& staff);

void evolve_unit(UnitFacts& unit, const Event& event);
void evolve_staff(StaffFacts& staff, const Event& event);

}  // namespace samvev::coordination
