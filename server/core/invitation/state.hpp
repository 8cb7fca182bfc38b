#pragma once

#include <samvev/plugin.hpp>

#include <map>
#include <set>
#include <string>

namespace samvev::invitation {

enum class Phase { open, redeemed, over };
NLOHMANN_JSON_SERIALIZE_ENUM(
    Phase, {{Phase::open, "open"}, {Phase::redeemed, "redeemed"}, {Phase::over, "over"}}
)

struct Invitation {
    Phase phase = Phase::open;
    std::string person_id;
    std::string locator;    // claimed while the invitation is open
    std::string redeem_by;  // RFC 3339 UTC, as to_text() writes it, and a midnight in Oslo; so is
    std::string ends_at;    // the next

    // When it ends if nothing happens.
    [[nodiscard]] const std::string& due() const noexcept {
        return phase == Phase::open ? redeem_by : ends_at;
    }
};

// What this module knows of one `case` stream.
struct Invitations {
    std::string child_id;
    bool closed = false;
    std::map<std::string, std::string> network;  // participation -> person
    std::map<std::string, Invitation> by_id;

    [[nodiscard]] const Invitation* find(const std::string& id) const;
};

// What it needs to know of one `person` stream.
struct Person {
    bool registered = false;
    bool dead = false;
    std::string birth_date;                 // YYYY-MM-DD, or empty
    std::set<std::string> representatives;  // guardians and proxies
    std::set<std::string> kept_away;
};

void to_json(json& out, const Invitations& state);
void from_json(const json& in, Invitations& state);
void to_json(json& out, const Person& person);
void from_json(const json& in, Person& person);

void evolve(Invitations& state, const Event& event);
void evolve(Person& person, const Event& event);

}  // namespace samvev::invitation
