#pragma once

#include "state.hpp"

// Anonymous consultation (X11): services ask each other about a child that nobody names. The
// question can be asked before anybody may tell who it is about, so nothing in the stream says it.
namespace samvev::consultation {

void ask(const Consultation& state, const Command& command, Decision& decision);
void advise(const Consultation& state, const Command& command, Decision& decision);
void close(const Consultation& state, const Command& command, Decision& decision);

// In the case, deliberately and with a reason; the consultation is left as it is.
void link(const Links& links, const Command& command, Decision& decision);

}  // namespace samvev::consultation
