#include <algorithm>

#include "evolve.hpp"

namespace samvev::coordination {

namespace {

bool takes_part(const Thread& thread, const Party& party) {
    return std::any_of(
        thread.participants.begin(), thread.participants.end(),
        [&](const Party& one) { return one.key() == party.key(); }
    );
}

// Who coordinates takes the former coordinator's place where that one takes part, and nowhere else:
// a child chooses whom it writes to.
void take_over(Thread& thread, const Party& former, const Party& next) {
    if (thread.closed || !takes_part(thread, former)) {
        return;
    }
    if (!takes_part(thread, next)) {
        thread.participants.push_back(next);
        thread.untold.joined.push_back(next);
    }
    for (auto& [wait_id, party] : thread.waits) {
        if (party.key() == former.key()) {
            party = next;
            thread.untold.waits.insert(wait_id);
        }
    }
}

}  // namespace

void evolve_coordinator(State& state, const Event& event) {
    if (!event.data().has("coordinatorId")) {
        return;
    }
    // At level 0 there is none: the next one follows on the last there was.
    const Party former = state.coordinator;
    state.coordinator = Party{
        PartyKind::staff, event.data().get("coordinatorId"),
        event.data().get_or<std::string>("coordinatorUnitId", ""), ""
    };
    if (former.id.empty() || former.id == state.coordinator.id) {
        return;
    }
    for (auto& [id, thread] : state.threads) {
        take_over(thread, former, state.coordinator);
    }
}

}  // namespace samvev::coordination
