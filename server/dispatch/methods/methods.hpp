#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "dispatch/command_params.hpp"
#include "dispatch/method.hpp"
#include "dispatch/query_handler.hpp"

namespace samvev::dispatch {

// me.waiting: what waits for the caller, or for the unit acted for, from every view that provides
// waiting-item/1, by due date. me.counts: how much, always the length of those lists.
[[nodiscard]] std::vector<QueryMethod> me_methods(const QueryParts& parts);

// stream.read: the events of one stream as CloudEvents, a page at a time.
[[nodiscard]] std::vector<QueryMethod> stream_methods(const QueryParts& parts);

// authz.explain: why somebody may or may not see something; for those who oversee access.
[[nodiscard]] std::vector<QueryMethod> authz_methods(const QueryParts& parts);

// me.access-log: who has read about the caller, or about a child of theirs. access-log.list and
// access-log.patterns: the records and what stands out in them, for those who oversee access.
[[nodiscard]] std::vector<QueryMethod> access_log_methods(const QueryParts& parts);

// dev.set-clock, dev.clock: only with `serve --dev`.
[[nodiscard]] std::vector<QueryMethod> dev_clock_methods(base::AdjustableClock& clock);

// The description of a command method.
[[nodiscard]] MethodDescription describe(const CommandMethod& method);

// OpenRPC 1.3.2. `connection_methods`: JSON array of further method objects.
[[nodiscard]] std::string open_rpc_document(
    const std::vector<MethodDescription>& methods, std::string_view connection_methods
);

}  // namespace samvev::dispatch
