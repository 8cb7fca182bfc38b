#pragma once

#include "party.hpp"

namespace samvev::coordination {

// Each rejects at the field of what is unknown, gone or closed, as the streams named in the
// command's `reads` tell. A person is not looked up.

// Of a list each place has its reads: reads_invitees.json, reads_participants.json.
// `read`: the party's name in `reads`, where "<read>Staff" and "<read>Itself" are the staff member
// and the unit with the party's id, and "<read>Unit" is the unit that a staff member acts for.
void require_active_party(
    const Party& party, const std::string& read, const std::string& field, const Command& command,
    Decision& decision
);

void require_active_staff(
    const std::string& read, const std::string& field, const Command& command, Decision& decision
);

}  // namespace samvev::coordination
