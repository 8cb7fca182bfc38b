#include "decide.hpp"

#include <algorithm>

#include "names.hpp"

namespace samvev::privacy {

namespace event_name = names::privacy::event;
namespace rejection = names::privacy::rejection;

namespace {

bool is_citizen(const Command& command) {
    return command.actor().starts_with("person/");
}

bool is_the_child(const Privacy& state, const Command& command) {
    return is_citizen(command) && command.actor_id() == state.person_id;
}

// Whose decision it is: a citizen's own, or as staff have been told; else rejected.
std::string decided_by(const Command& command, Decision& decision) {
    if (is_citizen(command)) {
        return std::string(command.actor_id());
    }
    decision.require(
        command.data().has("decidedById"), rejection::decided_by_required, "/decidedById"
    );
    return command.data().get_or<std::string>("decidedById", "");
}

bool is_out(const Post& post, const Post& blocked) {
    return blocked.unit_id.empty() ? post.staff_id == blocked.staff_id
                                   : post.unit_id == blocked.unit_id;
}

// Which seat is empty now, and for whom that waits: the coordinator; when it is they who are shut
// out, the rest of their unit; when that is, too, the coordinating unit.
void emit_vacancy(
    const Privacy& state, const std::string& block_id, const Post& blocked, Decision& decision
) {
    const bool coordinator = is_out(state.coordinator, blocked);
    const bool participant =
        std::any_of(state.participants.begin(), state.participants.end(), [&](const auto& entry) {
            return is_out(entry.second, blocked);
        });
    if (!coordinator && !participant) {
        return;
    }
    json data = {{"blockId", block_id}, {"seat", coordinator ? "coordinator" : "participant"}};
    if (!coordinator && !state.coordinator.staff_id.empty()) {
        data["toId"] = state.coordinator.staff_id;
    }
    const bool whole_unit = coordinator && !blocked.unit_id.empty();
    const std::string& to = whole_unit ? state.coordinating_unit_id : state.coordinator.unit_id;
    if (!to.empty() && to != blocked.unit_id) {
        data["toUnitId"] = to;
    }
    decision.emit(event_name::seat_vacated, 1, data, block_id);
}

}  // namespace

void withhold_item(const Privacy& state, const Command& command, Decision& decision) {
    const Data& data = command.data();
    const auto id = data.get("withholdingId");
    const auto from = data.get<std::vector<std::string>>("withheldFrom");
    decision.require(!state.knows_id(id), rejection::id_in_use, "/withholdingId");
    decision.require(
        !is_citizen(command) || is_the_child(state, command), rejection::not_the_child
    );
    decision.require(
        state.person_id.empty() ||
            std::find(from.begin(), from.end(), state.person_id) == from.end(),
        rejection::from_the_child, "/withheldFrom"
    );
    decision.emit(event_name::item_withheld, 1, data.raw(), id);
}

void release_item(const Privacy& state, const Command& command, Decision& decision) {
    const auto id = command.data().get("withholdingId");
    const auto found = state.withholdings.find(id);
    const bool stands = found != state.withholdings.end() && !found->second.released;
    if (!decision.require(stands, rejection::withholding_unknown, "/withholdingId")) {
        return;
    }
    const bool child = is_the_child(state, command);
    decision.require(!is_citizen(command) || child, rejection::not_the_child);
    decision.require(
        !found->second.by_child || child, rejection::for_the_child_alone, "/withholdingId"
    );
    decision.emit(event_name::item_released, 1, command.data().raw(), id);
}

void block_access(const Privacy& state, const Command& command, Decision& decision) {
    const Data& data = command.data();
    const auto id = data.get("blockId");
    const std::string today = to_text(command.today());
    const Post blocked{
        data.get_or<std::string>("staffId", ""), data.get_or<std::string>("unitId", "")
    };
    const auto until = data.get_or<std::string>("until", "");
    decision.require(!state.knows_id(id), rejection::id_in_use, "/blockId");
    decision.require(!state.person_id.empty(), rejection::person_required);
    decision.require(
        blocked.staff_id.empty() != blocked.unit_id.empty(), rejection::one_of_both, "/unitId"
    );
    decision.require(until.empty() || until >= today, rejection::date_passed, "/until");
    const bool is_blocked =
        std::any_of(state.blocks.begin(), state.blocks.end(), [&](const auto& entry) {
            const Block& one = entry.second;
            return one.stands(today) && one.out.staff_id == blocked.staff_id &&
                   one.out.unit_id == blocked.unit_id;
        });
    decision.require(!is_blocked, rejection::already_blocked, "/unitId");
    json out = data.raw();
    out["decidedById"] = decided_by(command, decision);
    if (decision.rejected()) {
        return;
    }
    decision.emit(event_name::access_blocked, 1, out, id);
    emit_vacancy(state, id, blocked, decision);
}

void unblock_access(const Privacy& state, const Command& command, Decision& decision) {
    const auto id = command.data().get("blockId");
    const auto found = state.blocks.find(id);
    const bool stands = found != state.blocks.end() && !found->second.lifted;
    if (!decision.require(stands, rejection::block_unknown, "/blockId")) {
        return;
    }
    const Block& block = found->second;
    const std::string by = decided_by(command, decision);
    decision.require(
        !block.by_child || by == state.person_id, rejection::for_the_child_alone, "/decidedById"
    );
    if (decision.rejected()) {
        return;
    }
    json out = {{"blockId", id}, {"decidedById", by}};
    out[block.out.unit_id.empty() ? "staffId" : "unitId"] =
        block.out.unit_id.empty() ? block.out.staff_id : block.out.unit_id;
    decision.emit(event_name::access_unblocked, 1, out, id);
}

}  // namespace samvev::privacy
