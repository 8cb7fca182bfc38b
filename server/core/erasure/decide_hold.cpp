#include "decide.hpp"
#include "names.hpp"

namespace samvev::erasure {

namespace event_name = names::erasure::event;
namespace rejection = names::erasure::rejection;

void require_not_held(const Hold& hold, std::string_view field, Decision& decision) {
    decision.require(
        !hold.held, rejection::held, field,
        {{"placedById", hold.placed_by_id}, {"placedAt", hold.placed_at}, {"reason", hold.reason}}
    );
}

void place_hold(const Hold& hold, const Command& command, Decision& decision) {
    require_not_held(hold, {}, decision);
    json data = command.data().raw();
    data["placedById"] = command.actor_id();
    decision.emit(event_name::hold_placed, 1, data);
}

void release_hold(const Hold& hold, const Command& command, Decision& decision) {
    decision.require(hold.held, rejection::not_held);
    decision.emit(
        event_name::hold_released, 1, {{"kind", hold.kind}, {"releasedById", command.actor_id()}}
    );
}

}  // namespace samvev::erasure
