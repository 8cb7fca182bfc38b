#include "state.hpp"

#include "names.hpp"

namespace samvev::consultation {

namespace event_name = names::consultation::event;

void to_json(json& out, const Consultation& state) {
    out = {
        {"asked", state.asked},          {"closed", state.closed},
        {"unitId", state.unit_id},       {"askedUnitIds", state.asked_unit_ids},
        {"adviceIds", state.advice_ids},
    };
}

void from_json(const json& in, Consultation& state) {
    in.at("asked").get_to(state.asked);
    in.at("closed").get_to(state.closed);
    in.at("unitId").get_to(state.unit_id);
    in.at("askedUnitIds").get_to(state.asked_unit_ids);
    in.at("adviceIds").get_to(state.advice_ids);
}

void to_json(json& out, const Links& state) {
    out = {{"consultationIds", state.consultation_ids}};
}

void from_json(const json& in, Links& state) {
    in.at("consultationIds").get_to(state.consultation_ids);
}

void to_json(json& out, const Unit& unit) {
    out = {{"registered", unit.registered}, {"closesOn", unit.closes_on}};
}

void from_json(const json& in, Unit& unit) {
    in.at("registered").get_to(unit.registered);
    in.at("closesOn").get_to(unit.closes_on);
}

void evolve(Consultation& state, const Event& event) {
    if (event.is(event_name::asked)) {
        state.asked = true;
        state.unit_id = event.data().get_or<std::string>("unitId", "");
        state.asked_unit_ids = event.data().get_or<std::vector<std::string>>("askedUnitIds", {});
    } else if (event.is(event_name::advised)) {
        state.advice_ids.insert(std::string(event.entity()));
    } else if (event.is(event_name::closed)) {
        state.closed = true;
    }
}

void evolve(Links& state, const Event& event) {
    if (event.is(event_name::linked)) {
        state.consultation_ids.insert(std::string(event.entity()));
    }
}

void evolve(Unit& unit, const Event& event) {
    if (event.is("organisation.unit-registered")) {
        unit.registered = true;
    } else if (event.is("organisation.unit-closed")) {
        unit.closes_on = event.data().get_or("closesOn", to_text(oslo_date(event.recorded_at())));
    }
}

}  // namespace samvev::consultation
