#pragma once

#include <samvev/plugin.hpp>

#include <map>
#include <string>

namespace samvev::organisation {

// The state of one `unit` stream. Ids are empty where nothing has been said.
struct Unit {
    bool registered = false;
    bool external = false;
    bool closed = false;    // it has been said that it closes
    std::string closes_on;  // the day from which it is; YYYY-MM-DD, empty: at once
    std::string type;
    std::string leader_id;
    bool hidden = false;  // its name would say where a protected person is

    // `today`: YYYY-MM-DD. A closing to come does not act yet.
    [[nodiscard]] bool is_closed(const std::string& today) const noexcept {
        return closed && closes_on <= today;
    }
    // A unit of the municipality is open once it has a leader; an external one at once.
    [[nodiscard]] bool is_open(const std::string& today) const noexcept {
        return registered && !is_closed(today) && (external || !leader_id.empty());
    }
};

// A role in a unit, for a period. Dates are YYYY-MM-DD; empty means without a bound.
struct Assignment {
    std::string role;
    std::string unit_id;
    std::string from;
    std::string until;   // the last day, also when it has been ended for a day to come
    bool ended = false;  // at once, or its last day has passed

    // Not over: a role that has not begun is not either.
    [[nodiscard]] bool runs(const std::string& today) const noexcept {
        return !ended && (until.empty() || until >= today);
    }
};

// The state of one `staff` stream.
struct Staff {
    bool registered = false;
    std::string person_id;                          // who they are in private; empty: not said
    std::map<std::string, Assignment> assignments;  // by assignmentId

    // Whoever has been registered is active until the last of their roles has ended.
    [[nodiscard]] bool is_active(const std::string& today) const noexcept;
};

void to_json(json& out, const Unit& unit);
void from_json(const json& in, Unit& unit);
void to_json(json& out, const Staff& staff);
void from_json(const json& in, Staff& staff);

}  // namespace samvev::organisation
