#include "state.hpp"

#include <algorithm>

#include "names.hpp"

namespace samvev::break_glass {

namespace event_name = names::break_glass::event;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Emergency, staff_id, until, review_by, reviewed, overdue)

void to_json(json& out, const Emergencies& state) {
    out = {{"byGrant", state.by_grant}};
}

void from_json(const json& in, Emergencies& state) {
    in.at("byGrant").get_to(state.by_grant);
}

void to_json(json& out, const Unit& unit) {
    out = {
        {"registered", unit.registered},
        {"closesOn", unit.closes_on},
        {"leaderId", unit.leader_id},
    };
}

void from_json(const json& in, Unit& unit) {
    in.at("registered").get_to(unit.registered);
    in.at("closesOn").get_to(unit.closes_on);
    in.at("leaderId").get_to(unit.leader_id);
}

void evolve(Emergencies& state, const Event& event) {
    const Data& data = event.data();
    Emergency& one = state.by_grant[std::string(event.entity())];
    if (event.is(event_name::started)) {
        one.staff_id = data.get_or<std::string>("staffId", "");
        one.until = data.get_or<std::string>("until", "");
        one.review_by = data.get_or<std::string>("reviewBy", "");
    } else if (event.is(event_name::ended)) {
        one.until = std::min(one.until, to_text(event.recorded_at()));
    } else if (event.is(event_name::reviewed)) {
        one.reviewed = true;
    } else if (event.is(event_name::review_overdue)) {
        one.overdue = true;
    }
}

void evolve(Unit& unit, const Event& event) {
    const Data& data = event.data();
    if (event.is("organisation.unit-registered")) {
        unit.registered = true;
        unit.leader_id = data.get_or<std::string>("leaderId", "");
    } else if (event.is("organisation.leader-appointed")) {
        unit.leader_id = data.get_or("leaderId", unit.leader_id);
    } else if (event.is("organisation.unit-closed")) {
        unit.closes_on = data.get_or("closesOn", to_text(oslo_date(event.recorded_at())));
    }
}

}  // namespace samvev::break_glass
