#pragma once

#include "state.hpp"

// What the child or its family keeps from somebody (pbrl §§ 3-4, 5-3). Who is old enough is the
// host's to say; here it is that nobody undoes what the child itself decided.
namespace samvev::privacy {

void withhold_item(const Privacy& state, const Command& command, Decision& decision);
void release_item(const Privacy& state, const Command& command, Decision& decision);
void block_access(const Privacy& state, const Command& command, Decision& decision);
void unblock_access(const Privacy& state, const Command& command, Decision& decision);

}  // namespace samvev::privacy
