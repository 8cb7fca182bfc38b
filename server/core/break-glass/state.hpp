#pragma once

#include <samvev/plugin.hpp>

#include <map>
#include <string>

namespace samvev::break_glass {

// Somebody reads a case without a seat in it: for hours, until another has judged it.
struct Emergency {
    std::string staff_id;
    std::string until;      // RFC 3339 UTC
    std::string review_by;  // last day to judge it, YYYY-MM-DD
    bool reviewed = false;
    bool overdue = false;  // it has been said that nobody judged it in time

    // `now`: RFC 3339 UTC, as to_text() writes it.
    [[nodiscard]] bool runs(const std::string& now) const noexcept { return now < until; }
};

// What this module knows of one `case` stream.
struct Emergencies {
    std::map<std::string, Emergency> by_grant;
};

// What it needs to know of the unit that somebody acts for.
struct Unit {
    bool registered = false;
    std::string closes_on;  // the day from which it is closed; YYYY-MM-DD, empty: none
    std::string leader_id;  // empty: none

    [[nodiscard]] bool is_open(const std::string& today) const noexcept {
        return registered && (closes_on.empty() || today < closes_on);
    }
};

void to_json(json& out, const Emergencies& state);
void from_json(const json& in, Emergencies& state);
void to_json(json& out, const Unit& unit);
void from_json(const json& in, Unit& unit);

void evolve(Emergencies& state, const Event& event);
void evolve(Unit& unit, const Event& event);

}  // namespace samvev::break_glass
