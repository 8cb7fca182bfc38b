#pragma once

#include <chrono>
#include <cstddef>

#include "base/limits.hpp"

// What only timers and reactions bound.
namespace samvev::timers::limits {

using namespace base::limits;  // NOLINT(google-build-using-namespace): one short name for both.

// Commands of timers that may be on their way at once; the rest stays in the log.
inline constexpr std::size_t timers_in_flight_max = 64;
// Timers that wait to be tried again; when there are more, no new ones are sent.
inline constexpr std::size_t timers_resting_max = 4096;
// Due timers looked through for one that can be sent: those of modules that are not loaded stay.
inline constexpr std::size_t timers_scan_max = 1'000'000;
// A module that breaks its contract as often as this on one timer or event is not asked again.
inline constexpr int fault_attempts_max = 3;
inline constexpr std::chrono::milliseconds retry_first = retry_after;
inline constexpr std::chrono::milliseconds retry_longest{60'000};
// What a refusal may say of its reasons, in bytes of JSON.
inline constexpr std::size_t refusal_data_bytes_max = 4096;
// Events that one step of a module's reactions looks through.
inline constexpr std::size_t reaction_batch_events = 256;
// Rows that Reactor::parked returns.
inline constexpr std::size_t parked_page_max = 1000;

}  // namespace samvev::timers::limits
