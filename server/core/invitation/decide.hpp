#pragma once

#include "state.hpp"

// Who has no eID is let in to one case, on one device, by a one-time code (X15). That the code is
// right, and whose device it is, the host knows; here only digests pass.
namespace samvev::invitation {

void invite(const Invitations& state, const Command& command, Decision& decision);
// Nothing when it is over already.
void withdraw(const Invitations& state, const Command& command, Decision& decision);
void redeem(const Invitations& state, const Command& command, Decision& decision);
void lock(const Invitations& state, const Command& command, Decision& decision);
void sign_out(const Invitations& state, const Command& command, Decision& decision);
void expire(const Invitations& state, const Command& command, Decision& decision);

}  // namespace samvev::invitation
