#pragma once

#include <chrono>
#include <cstddef>

#include "base/limits.hpp"

// What only subscriptions bound; the limits that clients see stand in base/limits.hpp.
namespace samvev::subscriptions::limits {

using namespace base::limits;  // NOLINT(google-build-using-namespace): one short name for both.

// A subscription that lags by more is told so (fellBehind) instead of being left to guess.
inline constexpr std::size_t behind_events = 2 * page_events_max;
// Streams and type patterns in one filter.
inline constexpr std::size_t filter_streams_max = 128;
inline constexpr std::size_t filter_types_max = 64;
// Recent events of one tenant kept as ready texts, and of all tenants together: what a broadcast is
// served from. Older ones are read from the log.
inline constexpr std::size_t recent_events_max = 1024;
inline constexpr std::size_t recent_bytes_max = 4 * 1024 * 1024;
inline constexpr std::size_t recent_bytes_max_all = 64 * 1024 * 1024;
static_assert(recent_events_max >= 2 * behind_events, "a live subscription is served from memory");
// Events taken from the log between two rounds of waking.
inline constexpr std::size_t distribute_events = page_events_max;
// Read ahead per stream while several are merged by position.
inline constexpr std::size_t merge_events_ahead = 16;
inline constexpr std::size_t merge_bytes_ahead = 32 * 1024;

}  // namespace samvev::subscriptions::limits
