#pragma once

#include "state.hpp"

// Erasing for ever takes two people (GDPR art. 17, arkivlova; X7): one asks, with the ground, and
// another confirms. The host carries it out and answers with complete() or fail(). Who may do which
// of these at all is the host's to say.
namespace samvev::erasure {

// decide_request.cpp
void request(const Request& state, const Command& command, Decision& decision);
void confirm(const Request& state, const Command& command, Decision& decision);
void reject(const Request& state, const Command& command, Decision& decision);
void withdraw(const Request& state, const Command& command, Decision& decision);
void expire(const Request& state, const Command& command, Decision& decision);
// Nothing when it was said before: the host may carry the same out twice.
void complete(const Request& state, const Command& command, Decision& decision);
void fail(const Request& state, const Command& command, Decision& decision);

// decide_hold.cpp
// Rejects when that is held, and says by whom, since when and why.
void require_not_held(const Hold& hold, std::string_view field, Decision& decision);
void place_hold(const Hold& hold, const Command& command, Decision& decision);
void release_hold(const Hold& hold, const Command& command, Decision& decision);

}  // namespace samvev::erasure
