#include "require_party.hpp"

#include "facts.hpp"
#include "names.hpp"

namespace samvev::coordination {

namespace rejection = names::coordination::rejection;

static void require_open_unit(
    const std::string& read, const std::string& field, const Command& command, Decision& decision
) {
    const auto unit = command.context<UnitFacts>(read.c_str());
    if (decision.require(unit && unit->registered, rejection::unit_unknown, field)) {
        decision.require(!unit->closed, rejection::unit_closed, field);
    }
}

void require_active_staff(
    const std::string& read, const std::string& field, const Command& command, Decision& decision
) {
    const auto staff = command.context<StaffFacts>(read.c_str());
    if (decision.require(staff && staff->registered, rejection::staff_unknown, field)) {
        decision.require(
            staff->is_active(to_text(command.today())), rejection::staff_inactive, field
        );
    }
}

void require_active_party(
    const Party& party, const std::string& read, const std::string& field, const Command& command,
    Decision& decision
) {
    switch (party.kind) {
        case PartyKind::person:
            return;
        case PartyKind::unit:
            return require_open_unit(read + "Itself", field + "/id", command, decision);
        case PartyKind::staff:
            require_active_staff(read + "Staff", field + "/id", command, decision);
            if (require_unit(party, field, decision)) {
                require_open_unit(read + "Unit", field + "/unitId", command, decision);
            }
            return;
    }
}

}  // namespace samvev::coordination
