#pragma once

#include <set>
#include <vector>

#include "dispatch/access_log/record.hpp"
#include "dispatch/gate/gate.hpp"

namespace samvev::dispatch {

// Where the access log tells of a person.
struct RecordsAbout {
    std::vector<store::StreamId> streams;
    std::set<store::StreamId> by_name_only;  // where only what names the person counts
    access::Id person;

    [[nodiscard]] bool has(const AccessEntry& entry) const;
};

[[nodiscard]] store::StreamId stream_of(const char* kind, const access::Id& id);

// The person's own stream and that of each case that is theirs, or that they take part in as long
// as the caller may see it: when somebody was there is told to nobody who must be kept away.
[[nodiscard]] RecordsAbout records_about(const Reader& reader, const access::Id& person);

}  // namespace samvev::dispatch
