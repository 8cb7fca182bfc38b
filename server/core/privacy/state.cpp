#include "state.hpp"

#include "names.hpp"

namespace samvev::privacy {

namespace event_name = names::privacy::event;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Post, staff_id, unit_id)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Withholding, by_child, released)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Block, out, until, by_child, lifted)

namespace {

std::string text(const Event& event, const char* name, const std::string& fallback = {}) {
    return event.data().get_or(name, fallback);
}

// Whether the event was about who is not to see.
bool evolve_own(Privacy& state, const Event& event) {
    const std::string id(event.entity());
    if (event.is(event_name::item_withheld)) {
        state.withholdings[id].by_child = event.actor() == "person/" + state.person_id;
    } else if (event.is(event_name::item_released)) {
        state.withholdings[id].released = true;
    } else if (event.is(event_name::access_blocked)) {
        Block& block = state.blocks[id];
        block.out = {text(event, "staffId"), text(event, "unitId")};
        block.until = text(event, "until");
        block.by_child = text(event, "decidedById") == state.person_id;
    } else if (event.is(event_name::access_unblocked)) {
        state.blocks[id].lifted = true;
    } else {
        return false;
    }
    return true;
}

}  // namespace

void to_json(json& out, const Privacy& state) {
    out = {
        {"personId", state.person_id},
        {"coordinator", state.coordinator},
        {"coordinatingUnitId", state.coordinating_unit_id},
        {"participants", state.participants},
        {"withholdings", state.withholdings},
        {"blocks", state.blocks},
    };
}

void from_json(const json& in, Privacy& state) {
    in.at("personId").get_to(state.person_id);
    in.at("coordinator").get_to(state.coordinator);
    in.at("coordinatingUnitId").get_to(state.coordinating_unit_id);
    in.at("participants").get_to(state.participants);
    in.at("withholdings").get_to(state.withholdings);
    in.at("blocks").get_to(state.blocks);
}

void evolve(Privacy& state, const Event& event) {
    if (evolve_own(state, event)) {
        return;
    }
    const std::string id(event.entity());
    if (event.is("case.participant-invited")) {
        state.participants[id] = {text(event, "staffId"), text(event, "unitId")};
    } else if (event.is("case.invitation-accepted")) {
        Post& post = state.participants[id];
        post.staff_id = text(event, "staffId", post.staff_id);
    } else if (event.is("case.invitation-declined") || event.is("case.participation-ended")) {
        state.participants.erase(id);
    } else {
        state.person_id = text(event, "personId", state.person_id);
        state.coordinating_unit_id = text(event, "coordinatingUnitId", state.coordinating_unit_id);
        if (event.data().has("coordinatorId")) {
            state.coordinator = {text(event, "coordinatorId"), text(event, "coordinatorUnitId")};
        }
    }
}

}  // namespace samvev::privacy
