#pragma once

#include <samvev/plugin.hpp>

#include <map>
#include <string>

namespace samvev::cases {

// What a case needs to know of a unit it names, folded from the unit's own stream.
// `today` is YYYY-MM-DD everywhere.
struct UnitFacts {
    bool registered = false;
    bool external = false;
    bool closed = false;    // it has been said that it closes
    std::string closes_on;  // the day from which it is; empty: at once
    std::string type;
    std::string parent_id;  // empty: at the top, or outside the municipality
    std::string leader_id;  // empty: no leader yet

    // A closing to come does not act yet.
    [[nodiscard]] bool is_open(const std::string& today) const noexcept {
        const bool gone = closed && closes_on <= today;
        return registered && !gone && (external || !leader_id.empty());
    }
};

// A role of a staff member in a unit; dates are YYYY-MM-DD, empty: without a bound.
struct RoleFacts {
    std::string role;
    std::string unit_id;
    std::string from;
    std::string until;
    bool ended = false;

    [[nodiscard]] bool is_over(const std::string& today) const noexcept {
        return ended || (!until.empty() && until < today);
    }
    [[nodiscard]] bool runs(const std::string& today) const noexcept {
        return !is_over(today) && from <= today;
    }
};

// What a case needs to know of a staff member it names, folded from their own stream.
struct StaffFacts {
    bool registered = false;
    std::map<std::string, RoleFacts> roles;     // by assignment
    std::map<std::string, std::string> duties;  // cases they coordinate -> the unit they do it for

    // Registered, and not without a role after having had one.
    [[nodiscard]] bool is_active(const std::string& today) const noexcept;
    [[nodiscard]] bool works_in(const std::string& unit_id, const std::string& today)
        const noexcept;
    [[nodiscard]] bool is_child_coordinator_in(const std::string& unit_id, const std::string& today)
        const noexcept;
    // No longer active, or had a role in the unit and has none there any more.
    [[nodiscard]] bool has_left(const std::string& unit_id, const std::string& today)
        const noexcept;
};

void to_json(json& out, const UnitFacts& unit);
void from_json(const json& in, UnitFacts& unit);
void to_json(json& out, const StaffFacts& staff);
void from_json(const json& in, StaffFacts& staff);

void evolve(UnitFacts& unit, const Event& event);
void evolve(StaffFacts& staff, const Event& event);

}  // namespace samvev::cases
