#pragma once

#include "dispatch/access_log/access_log.hpp"
#include "dispatch/method.hpp"
#include "dispatch/request.hpp"

namespace samvev::dispatch {

// Gives the answer when it is on record who was shown what is in it, or unavailable or overloaded
// when that cannot be. At once without a log, and when nothing needs a record. [any thread]
void release(AccessLog* log, Answer answer, Completion done);

}  // namespace samvev::dispatch
