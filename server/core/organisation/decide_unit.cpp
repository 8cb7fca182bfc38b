#include "module.hpp"
#include "names.hpp"
#include "unit_type.hpp"

namespace samvev::organisation {

namespace event_name = names::organisation::event;
namespace rejection = names::organisation::rejection;

namespace {

void require_not_closed(const Unit& unit, const Command& command, Decision& decision) {
    decision.require(!unit.is_closed(to_text(command.today())), rejection::unit_closed);
}

// A parent stands above its child, in the same organisation (or outside it, both of them).
void require_parent(
    const Command& command, const std::string& type, bool external, Decision& decision
) {
    if (!command.data().has("parentId")) {
        return;
    }
    const auto parent = command.context<Unit>("parent");
    if (!decision.require(parent && parent->registered, rejection::unit_unknown, "/parentId")) {
        return;
    }
    decision.require(
        !parent->is_closed(to_text(command.today())), rejection::unit_closed, "/parentId"
    );
    if (!decision.require(parent->external == external, rejection::parent_across, "/parentId")) {
        return;
    }
    // Outside the municipality nobody's ranks are known: only a service under a service is.
    decision.require(
        external || rank_of(parent->type) < rank_of(type), rejection::parent_not_above, "/parentId"
    );
}

void require_leader(const Command& command, Decision& decision) {
    if (!command.data().has("leaderId")) {
        return;
    }
    const auto leader = command.context<Staff>("leader");
    if (decision.require(leader && leader->registered, rejection::staff_unknown, "/leaderId")) {
        decision.require(
            leader->is_active(to_text(command.today())), rejection::staff_inactive, "/leaderId"
        );
    }
}

}  // namespace

void register_unit(const Unit& unit, const Command& command, Decision& decision) {
    if (!decision.require(!unit.registered, rejection::unit_exists)) {
        return;
    }
    json data = command.data().raw();
    const auto type = command.data().get("type");
    const bool external = command.data().get_or("external", is_external_type(type));
    require_parent(command, type, external, decision);
    require_leader(command, decision);
    data["external"] = external;
    decision.emit(event_name::unit_registered, 1, data);
}

void reorganise_unit(const Unit& unit, const Command& command, Decision& decision) {
    require_not_closed(unit, command, decision);
    const Data& data = command.data();
    const auto type = data.get_or("type", unit.type);
    decision.require(
        data.has("name") || data.has("type") || data.has("parentId"), rejection::nothing_to_change
    );
    // Units below would end up beside or above it.
    decision.require(rank_of(type) == rank_of(unit.type), rejection::type_of_other_rank, "/type");
    if (unit.external && data.has("parentId")) {
        // Without ranks a loop cannot be ruled out, so an external unit keeps its place.
        decision.reject(rejection::parent_across, "/parentId");
    } else {
        require_parent(command, type, unit.external, decision);
    }
    decision.emit(event_name::unit_reorganised, 1, data.raw());
}

void close_unit(const Unit& unit, const Command& command, Decision& decision) {
    require_not_closed(unit, command, decision);
    const auto successor_id = command.data().find("successorId");
    decision.require(unit.external || successor_id, rejection::successor_required, "/successorId");
    if (successor_id &&
        decision.require(
            *successor_id != command.stream_id(), rejection::successor_itself, "/successorId"
        )) {
        const auto successor = command.context<Unit>("successor");
        if (decision.require(
                successor && successor->registered, rejection::unit_unknown, "/successorId"
            )) {
            decision.require(
                successor->is_open(to_text(command.today())), rejection::unit_not_open,
                "/successorId"
            );
        }
    }
    decision.emit(event_name::unit_closed, 1, command.data().raw());
}

void appoint_leader(const Unit& unit, const Command& command, Decision& decision) {
    require_not_closed(unit, command, decision);
    require_leader(command, decision);
    json data = command.data().raw();
    if (data["leaderId"] == unit.leader_id) {
        return;
    }
    if (!unit.leader_id.empty()) {
        data["previousLeaderId"] = unit.leader_id;
    }
    decision.emit(event_name::leader_appointed, 1, data);
}

void hide_unit(const Unit& unit, const Command& command, Decision& decision) {
    if (!unit.hidden) {
        decision.emit(event_name::unit_hidden, 1, command.data().raw());
    }
}

void show_unit(const Unit& unit, const Command& command, Decision& decision) {
    if (unit.hidden) {
        decision.emit(event_name::unit_shown, 1, command.data().raw());
    }
}

void publish_service_card(const Unit& unit, const Command& command, Decision& decision) {
    require_not_closed(unit, command, decision);
    decision.emit(event_name::service_card_published, 1, command.data().raw());
}

}  // namespace samvev::organisation
