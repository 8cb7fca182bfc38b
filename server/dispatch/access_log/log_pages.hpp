#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "dispatch/access_log/record.hpp"
#include "store/event_log.hpp"

namespace samvev::dispatch {

struct AccessPageQuery {
    store::TenantId tenant{};
    std::optional<base::Timestamp> from{};    // not before; records lie in the order of their times
    std::optional<base::Timestamp> to{};      // before
    std::optional<store::Position> before{};  // where the page before ended
    std::size_t limit = 0;                    // at least 1
    std::function<bool(const AccessEntry&)> wanted{};
};

struct AccessPage {
    std::vector<AccessEntry> entries;       // newest first
    std::optional<store::Position> before;  // for the next page; absent: there is no more
};

// Records of the access log, newest first. A page may be short, or empty, and still have a next
// one: each looks at limits::access_rows_seen_max records at most. Fail like EventLog::scan; block
// on disk.

// Of these streams: as long as their history is, a page costs the same.
[[nodiscard]] Result<AccessPage> read_access_streams(
    const store::EventLog& log, const AccessPageQuery& query,
    std::span<const store::StreamId> streams
);
// Of the whole tenant.
[[nodiscard]] Result<AccessPage> read_access_log(
    const store::EventLog& log, const AccessPageQuery& query
);

// Visits the tenant's records, newest first, at most `count_max`, until the visitor stops; true
// when those were not all of the period.
[[nodiscard]] Result<bool> visit_access_log(
    const store::EventLog& log, const AccessPageQuery& query, std::size_t count_max,
    const std::function<store::Visit(const AccessEntry&)>& visit
);

}  // namespace samvev::dispatch
