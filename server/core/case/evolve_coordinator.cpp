#include "names.hpp"
#include "state.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;

namespace {

void take_coordinator(Case& state, const Data& data) {
    state.coordinator = Post{
        data.get_or<std::string>("coordinatorId", ""),
        data.get_or<std::string>("coordinatorUnitId", "")
    };
    state.child_coordinator = data.get_or("childCoordinator", false);
}

void fold_offer(Case& state, const Event& event) {
    const Data& data = event.data();
    Handover offer;
    offer.id = std::string(event.entity());
    offer.to = {data.get_or<std::string>("toId", ""), data.get_or<std::string>("toUnitId", "")};
    offer.answer_by = data.get_or<std::string>("answerBy", "");
    state.other_ids.insert(offer.id);
    state.handover = std::move(offer);
}

}  // namespace

bool evolve_coordinator(Case& state, const Event& event) {
    const Data& data = event.data();
    if (event.is(event_name::coordinator_appointed)) {
        take_coordinator(state, data);
    } else if (event.is(event_name::handover_offered)) {
        fold_offer(state, event);
    } else if (event.is(event_name::handover_accepted) || event.is(event_name::handover_decided)) {
        take_coordinator(state, data);
        state.handover.reset();
    } else if (event.is(event_name::handover_rejected) ||
               event.is(event_name::handover_withdrawn)) {
        state.handover.reset();
    } else if (event.is(event_name::handover_escalated)) {
        if (state.handover) {
            ++state.handover->step;
            state.handover->answer_by =
                data.get_or<std::string>("answerBy", state.handover->answer_by);
        }
    } else if (event.is(event_name::coordinating_service_assigned)) {
        state.coordinating_unit_id = data.get_or<std::string>("coordinatingUnitId", "");
    } else {
        return false;
    }
    return true;
}

}  // namespace samvev::cases
