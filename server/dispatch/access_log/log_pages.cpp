#include "dispatch/access_log/log_pages.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "subscriptions/stream_merge.hpp"

namespace samvev::dispatch {

namespace {

constexpr std::uint64_t window_events = 512;  // Read forward, then turned round.

store::LogId log_of(const AccessPageQuery& query) {
    return {query.tenant, store::LogKind::access};
}

// The first position whose record is not older than `time`. Binary search: log2(n) reads.
Result<store::Position> position_at(
    const store::EventLog& log, store::LogId id, base::Timestamp time
) {
    std::uint64_t low = 0;
    std::uint64_t high = log.head(id).next.value();
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        bool is_older = false;
        SAMVEV_CHECK_OK(log.scan(
            id, store::Position(middle), 1,
            [&](const store::EventView& event) {
                is_older = event.recorded_at < time;
                return store::Visit::stop;
            }
        ));
        (is_older ? low : high) = is_older ? middle + 1 : middle;
    }
    return store::Position(low);
}

Result<store::Position> end_of(const store::EventLog& log, const AccessPageQuery& query) {
    store::Position end = log.head(log_of(query)).next;
    if (query.to) {
        SAMVEV_TRY(const store::Position until, position_at(log, log_of(query), *query.to));
        end = std::min(end, until);
    }
    return query.before ? std::min(end, *query.before) : end;
}

bool is_too_old(const AccessPageQuery& query, const AccessEntry& entry) {
    return query.from && entry.at < *query.from;
}

// What a stream gives to one page, newest first.
struct Found {
    std::vector<AccessEntry> entries;
    std::optional<store::Position> looked_down_to;  // older ones were not looked at
};

Result<Found> find_in_stream(
    const store::EventLog& log, const AccessPageQuery& query, const store::StreamId& stream,
    store::Position end, std::size_t rows_max
) {
    Found out;
    SAMVEV_TRY(const auto next, subscriptions::find_revision(log, log_of(query), stream, end));
    if (!next || next->value() == 0) {
        return out;
    }
    std::optional<Error> failed;
    std::size_t rows = 0;
    SAMVEV_CHECK_OK(log.scan_stream_back(
        log_of(query), stream, store::Revision(next->value() - 1), SIZE_MAX,
        [&](const store::EventView& event) {
            Result<AccessEntry> entry = read_entry(event);
            if (!entry) {
                failed = std::move(entry.error());
                return store::Visit::stop;
            }
            if (is_too_old(query, *entry)) {
                return store::Visit::stop;
            }
            const store::Position at = entry->position;
            if (query.wanted(*entry)) {
                out.entries.push_back(std::move(*entry));
            }
            if (++rows >= rows_max || out.entries.size() > query.limit) {
                if (event.revision.value() > 0) {
                    out.looked_down_to = at;
                }
                return store::Visit::stop;
            }
            return store::Visit::more;
        }
    ));
    return failed ? Result<Found>(tl::unexpected<Error>(std::move(*failed))) : std::move(out);
}

}  // namespace

Result<AccessPage> read_access_streams(
    const store::EventLog& log, const AccessPageQuery& query,
    std::span<const store::StreamId> streams
) {
    SAMVEV_TRY(const store::Position end, end_of(log, query));
    AccessPage out;
    // Below this, some stream may hold more than was looked at.
    std::optional<store::Position> floor;
    const std::size_t rows_each = std::max<std::size_t>(
        1, limits::access_rows_seen_max / std::max<std::size_t>(1, streams.size())
    );
    for (const store::StreamId& stream : streams) {
        SAMVEV_TRY(Found found, find_in_stream(log, query, stream, end, rows_each));
        if (found.looked_down_to && (!floor || *floor < *found.looked_down_to)) {
            floor = found.looked_down_to;
        }
        std::ranges::move(found.entries, std::back_inserter(out.entries));
    }
    std::ranges::sort(out.entries, std::ranges::greater{}, &AccessEntry::position);
    if (floor) {
        std::erase_if(out.entries, [&](const AccessEntry& one) { return one.position < *floor; });
        out.before = floor;
    }
    if (out.entries.size() > query.limit) {
        out.entries.resize(query.limit);
        out.before = out.entries.back().position;
    }
    return out;
}

Result<bool> visit_access_log(
    const store::EventLog& log, const AccessPageQuery& query, std::size_t count_max,
    const std::function<store::Visit(const AccessEntry&)>& visit
) {
    SAMVEV_TRY(const store::Position end, end_of(log, query));
    std::uint64_t high = end.value();
    std::size_t count = 0;
    while (high > 0) {
        const std::uint64_t low = high > window_events ? high - window_events : 0;
        std::vector<AccessEntry> window;
        std::optional<Error> failed;
        SAMVEV_CHECK_OK(log.scan(
            log_of(query), store::Position(low), high - low,
            [&](const store::EventView& event) {
                Result<AccessEntry> entry = read_entry(event);
                if (!entry) {
                    failed = std::move(entry.error());
                    return store::Visit::stop;
                }
                window.push_back(std::move(*entry));
                return store::Visit::more;
            }
        ));
        if (failed) {
            return tl::unexpected<Error>(std::move(*failed));
        }
        for (auto entry = window.rbegin(); entry != window.rend(); ++entry) {
            if (is_too_old(query, *entry)) {
                return false;
            }
            if (count++ == count_max) {
                return true;
            }
            if (visit(*entry) == store::Visit::stop) {
                return entry->position.value() > 0;
            }
        }
        high = low;
    }
    return false;
}

Result<AccessPage> read_access_log(const store::EventLog& log, const AccessPageQuery& query) {
    AccessPage out;
    std::optional<store::Position> seen;
    SAMVEV_TRY(
        const bool more, visit_access_log(
                             log, query, limits::access_rows_seen_max,
                             [&](const AccessEntry& entry) {
                                 seen = entry.position;
                                 if (query.wanted(entry)) {
                                     out.entries.push_back(entry);
                                 }
                                 return out.entries.size() < query.limit ? store::Visit::more
                                                                         : store::Visit::stop;
                             }
                         )
    );
    if (more) {
        out.before = seen;
    }
    return out;
}

}  // namespace samvev::dispatch
