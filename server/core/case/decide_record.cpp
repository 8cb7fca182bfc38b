#include "guards.hpp"
#include "module.hpp"
#include "names.hpp"

namespace samvev::cases {

namespace event_name = names::case_::event;
namespace rejection = names::case_::rejection;

void link_case(const Case& state, const Command& command, Decision& decision) {
    const Data& data = command.data();
    require_alive(state, decision);
    require_new_id(state, command, "linkId", decision);
    const auto linked_id = data.get("linkedCaseId");
    if (decision.require(
            linked_id != command.stream_id(), rejection::link_to_itself, "/linkedCaseId"
        )) {
        const auto linked = command.context<Case>("linked");
        decision.require(
            linked && linked->phase != Phase::none, rejection::linked_case_unknown, "/linkedCaseId"
        );
        decision.require(
            !state.linked_case_ids.contains(linked_id), rejection::already_linked, "/linkedCaseId"
        );
    }
    decision.emit(event_name::case_linked, 1, data.raw(), data.get("linkId"));
}

void correct_record(const Case& /*state*/, const Command& command, Decision& decision) {
    // Always open: what is wrong in a closed case must be put right there, too.
    decision.emit(event_name::record_corrected, 1, command.data().raw());
}

void record_risk_factor(const Case& state, const Command& command, Decision& decision) {
    require_alive(state, decision);
    require_new_id(state, command, "factorId", decision);
    decision.emit(
        event_name::risk_factor_recorded, 1, command.data().raw(), command.data().get("factorId")
    );
}

}  // namespace samvev::cases
