#pragma once

#include <samvev/plugin.hpp>

#include <map>
#include <string>

namespace samvev::organisation {

// The state of one `unit` stream. Ids are empty where nothing has been said.
struct Unit {
    bool registered = false;
    bool external = false;
    bool closed = false;
    std::string type;
    std::string leader_id;

    // A unit of the municipality is open once it has a leader; an external one at once.
    [[nodiscard]] bool is_open() const noexcept {
        return registered && !closed && (external || !leader_id.empty());
    }
};

// A role in a unit, for a period. Dates are YYYY-MM-DD; empty means without a bound.
struct Assignment {
    std::string role;
    std::string unit_id;
    std::string from;
    std::string until;
    bool ended = false;
};

// The state of one `staff` stream.
struct Staff {
    bool registered = false;
    std::map<std::string, Assignment> assignments;  // by assignmentId

    // Whoever has been registered is active until the last of their roles has ended.
    [[nodiscard]] bool is_active(const std::string& today) const noexcept;
};

void to_json(json& out, const Unit& unit);
void from_json(const json& in, Unit& unit);
void to_json(json& out, const Staff& staff);
void from_json(const json& in, Staff& staff);

}  // namespace samvev::organisation
