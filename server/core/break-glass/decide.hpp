#pragma once

#include "state.hpp"

// Reading a case without a seat, in an emergency: with a reason, for hours, and judged by another
// (X22). Who may do which of these at all is the host's to say.
namespace samvev::break_glass {

void start(const Emergencies& state, const Command& command, Decision& decision);
// Nothing when it is over already.
void end(const Emergencies& state, const Command& command, Decision& decision);
void review(const Emergencies& state, const Command& command, Decision& decision);
void remind(const Emergencies& state, const Command& command, Decision& decision);

}  // namespace samvev::break_glass
