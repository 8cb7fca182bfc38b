#pragma once

#include <samvev/plugin.hpp>

#include <set>
#include <string>
#include <vector>

namespace samvev::consultation {

// The state of one `consultation` stream: advice about a child that is not named.
struct Consultation {
    bool asked = false;
    bool closed = false;
    std::string unit_id;  // which asks
    std::vector<std::string> asked_unit_ids;
    std::set<std::string> advice_ids;
};

// What this module knows of a `case` stream.
struct Links {
    std::set<std::string> consultation_ids;
};

struct Unit {
    bool registered = false;
    std::string closes_on;  // the day from which it is closed; YYYY-MM-DD, empty: none

    [[nodiscard]] bool is_open(const std::string& today) const noexcept {
        return registered && (closes_on.empty() || today < closes_on);
    }
};

void to_json(json& out, const Consultation& state);
void from_json(const json& in, Consultation& state);
void to_json(json& out, const Links& state);
void from_json(const json& in, Links& state);
void to_json(json& out, const Unit& unit);
void from_json(const json& in, Unit& unit);

void evolve(Consultation& state, const Event& event);
void evolve(Links& state, const Event& event);
void evolve(Unit& unit, const Event& event);

}  // namespace samvev::consultation
