#pragma once

#include <samvev/plugin.hpp>

#include <map>
#include <string>

namespace samvev::privacy {

// Ids are empty where nothing has been said.
struct Post {
    std::string staff_id;
    std::string unit_id;
};

struct Withholding {
    bool by_child = false;
    bool released = false;
};

// Somebody is shut out: `staff_id` or `unit_id`.
struct Block {
    Post out;
    std::string until;  // last day, YYYY-MM-DD; empty: without end
    bool by_child = false;
    bool lifted = false;

    [[nodiscard]] bool stands(const std::string& today) const noexcept {
        return !lifted && (until.empty() || until >= today);
    }
};

// What this module knows of one `case` stream.
struct Privacy {
    std::string person_id;
    Post coordinator;
    std::string coordinating_unit_id;
    std::map<std::string, Post> participants;  // who take part or are invited
    std::map<std::string, Withholding> withholdings;
    std::map<std::string, Block> blocks;

    [[nodiscard]] bool knows_id(const std::string& id) const noexcept {
        return withholdings.contains(id) || blocks.contains(id);
    }
};

void to_json(json& out, const Privacy& state);
void from_json(const json& in, Privacy& state);

void evolve(Privacy& state, const Event& event);

}  // namespace samvev::privacy
