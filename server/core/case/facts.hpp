#pragma once

#include <samvev/plugin.hpp>

#include <map>
#include <string>

namespace samvev::cases {

// What a case needs to know of a unit it names, folded from the unit's own stream.
struct UnitFacts {
    bool registered = false;
    bool external = false;
    bool closed = false;
    std::string leader_id;  // empty: no leader yet

    [[nodiscard]] bool is_open() const noexcept {
        return registered && !closed && (external || !leader_id.empty());
    }
};

// What a case needs to know of a staff member it names, folded from their own stream.
struct StaffFacts {
    bool registered = false;
    // Last day of each role that has not been ended, by assignment; empty: without end.
    std::map<std::string, std::string> running_until;
    bool had_role = false;

    // Registered, and not without a role after having had one. `today`: YYYY-MM-DD.
    [[nodiscard]] bool is_active(const std::string& today) const noexcept;
};

void to_json(json& out, const UnitFacts& unit);
void from_json(const json& in, UnitFacts& unit);
void to_json(json& out, const StaffFacts& staff);
void from_json(const json& in, StaffFacts& staff);

void evolve(UnitFacts& unit, const Event& event);
void evolve(StaffFacts& staff, const Event& event);

}  // namespace samvev::cases
