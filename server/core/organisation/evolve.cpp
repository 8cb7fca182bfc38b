#include "module.hpp"
#include "names.hpp"

namespace samvev::organisation {

namespace event_name = names::organisation::event;

void evolve(Unit& unit, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::unit_registered)) {
        unit.registered = true;
        unit.type = data.get_or<std::string>("type", "other");
        unit.external = data.get_or("external", false);
        unit.leader_id = data.get_or<std::string>("leaderId", "");
    } else if (event.is(event_name::unit_reorganised)) {
        unit.type = data.get_or("type", unit.type);
    } else if (event.is(event_name::unit_closed)) {
        unit.closed = true;
        unit.closes_on = data.get_or<std::string>("closesOn", "");
    } else if (event.is(event_name::unit_hidden) || event.is(event_name::unit_shown)) {
        unit.hidden = event.is(event_name::unit_hidden);
    } else if (event.is(event_name::leader_appointed)) {
        unit.leader_id = data.get_or("leaderId", unit.leader_id);
    }
}

void evolve(Staff& staff, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::staff_registered)) {
        staff.registered = true;
        staff.person_id = data.get_or<std::string>("personId", "");
    } else if (event.is(event_name::staff_linked_to_person)) {
        staff.person_id = data.get_or("personId", staff.person_id);
    } else if (event.is(event_name::staff_role_assigned)) {
        Assignment assignment;
        assignment.role = data.get_or<std::string>("role", "");
        assignment.unit_id = data.get_or<std::string>("unitId", "");
        assignment.from = data.get_or<std::string>("from", "");
        assignment.until = data.get_or<std::string>("until", "");
        staff.assignments[std::string(event.entity())] = std::move(assignment);
    } else if (event.is(event_name::staff_role_ended)) {
        Assignment& assignment = staff.assignments[std::string(event.entity())];
        assignment.until = data.get_or<std::string>("endsOn", "");
        assignment.ended = assignment.until.empty();
    } else if (event.is(event_name::staff_role_lapsed)) {
        staff.assignments[std::string(event.entity())].ended = true;
    }
}

}  // namespace samvev::organisation
