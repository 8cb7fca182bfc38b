#include "state.hpp"

namespace samvev::cases {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Post, staff_id, unit_id)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Handover, id, to, answer_by, step)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Participant, phase, role, post, person_id, topics, from, until)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(
    Permission, topics, unit_ids, source_unit_ids, every_unit, from, until, consent, withdrawn
)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Goal, phase, childs_own, rated)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Measure, phase, begins)

namespace {

template <typename T>
json optional_json(const std::optional<T>& value) {
    return value ? json(*value) : json();
}

template <typename T>
std::optional<T> optional_at(const json& in, const char* name) {
    const json& value = in.at(name);
    return value.is_null() ? std::nullopt : std::optional<T>(value.get<T>());
}

}  // namespace

bool Case::knows_id(const std::string& id) const noexcept {
    return participants.contains(id) || permissions.contains(id) || needs.contains(id) ||
           goals.contains(id) || measures.contains(id) || other_ids.contains(id);
}

void to_json(json& out, const Case& state) {
    out = {
        {"phase", state.phase},
        {"level", state.level},
        {"personId", state.person_id},
        {"holdsClaim", state.holds_claim},
        {"concernOwner", state.concern_owner},
        {"decideBy", state.decide_by},
        {"coordinator", optional_json(state.coordinator)},
        {"childCoordinator", state.child_coordinator},
        {"coordinatingUnitId", state.coordinating_unit_id},
        {"handover", optional_json(state.handover)},
        {"participants", state.participants},
        {"permissions", state.permissions},
        {"needs", state.needs},
        {"goals", state.goals},
        {"measures", state.measures},
        {"openTasks", state.open_tasks},
        {"linkedCaseIds", state.linked_case_ids},
        {"otherIds", state.other_ids},
        {"childHasTakenPart", state.child_has_taken_part},
        {"wasCoordinated", state.was_coordinated},
        {"closingTalkHeld", state.closing_talk_held},
    };
}

void from_json(const json& in, Case& state) {
    in.at("phase").get_to(state.phase);
    in.at("level").get_to(state.level);
    in.at("personId").get_to(state.person_id);
    in.at("holdsClaim").get_to(state.holds_claim);
    in.at("concernOwner").get_to(state.concern_owner);
    in.at("decideBy").get_to(state.decide_by);
    state.coordinator = optional_at<Post>(in, "coordinator");
    in.at("childCoordinator").get_to(state.child_coordinator);
    in.at("coordinatingUnitId").get_to(state.coordinating_unit_id);
    state.handover = optional_at<Handover>(in, "handover");
    in.at("participants").get_to(state.participants);
    in.at("permissions").get_to(state.permissions);
    in.at("needs").get_to(state.needs);
    in.at("goals").get_to(state.goals);
    in.at("measures").get_to(state.measures);
    in.at("openTasks").get_to(state.open_tasks);
    in.at("linkedCaseIds").get_to(state.linked_case_ids);
    in.at("otherIds").get_to(state.other_ids);
    in.at("childHasTakenPart").get_to(state.child_has_taken_part);
    in.at("wasCoordinated").get_to(state.was_coordinated);
    in.at("closingTalkHeld").get_to(state.closing_talk_held);
}

}  // namespace samvev::cases
