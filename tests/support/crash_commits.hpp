#pragma once

#include <cstdint>

#include "store/commit.hpp"

namespace samvev::test {

// The commit of a numbered command in the crash tests: one to three streams, one to four events
// each, sometimes a claim or timers, in one of two logs. Each event's payload says
// "<command>/<events of the commit>", so that half a commit can be told from a whole one.
[[nodiscard]] store::Commit crash_commit(std::uint64_t command, std::uint64_t shape);

// The logs it writes to.
[[nodiscard]] store::LogId crash_log(std::uint64_t shape);

// The command of crash_commit(command, …), to look its outcome up.
[[nodiscard]] store::Idempotency crash_command(std::uint64_t command);

}  // namespace samvev::test
