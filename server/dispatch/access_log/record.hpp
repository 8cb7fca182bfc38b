#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/reading.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/event.hpp"
#include "store/ids.hpp"

namespace samvev::dispatch {

// One record of the access log: that somebody was shown something of one stream, or was refused it.
// Never what it said.
//
// It is an event in the tenant's access log, in the stream of the same name as the one that was
// read (a search also in that of nobody in particular). So who has read about a case is one stream,
// read backwards; it is sealed with a key beside the case's own, and erased together with the case.
//   envelope = actor, role, unit, on behalf of, when, stream, type: the kind below
//   payload  = {"method", "view"?, "key"?, "purpose"?, "redacted"?: true, "persons": [uuid…],
//               "topics": […], "rules": [id…], "bases": […], "revisions"?: [first, last]}
// Stored: members and type names never change their meaning.
struct AccessRecord {
    enum class Kind { read, search, oversight, disclosure, emergency, refusal };

    Kind kind = Kind::read;
    store::StreamId stream;
    std::string method;
    std::string view;  // or empty
    std::string key;   // or empty
    std::string purpose;
    bool redacted = false;
    std::vector<std::string> persons;  // whom it was about, as far as was known then
    std::vector<std::string> topics;
    std::vector<std::string> rules;
    std::vector<std::string> bases;  // paragraphs of disclosures, reason codes of emergencies
    std::optional<std::pair<std::uint64_t, std::uint64_t>> revisions;
};

// Of what is about nobody in particular: searches, and looking through the log itself.
[[nodiscard]] const store::StreamId& nobodys_stream();

// "read", "search", "oversight", "disclosure", "emergency", "refusal".
[[nodiscard]] std::string_view to_text(AccessRecord::Kind kind) noexcept;

[[nodiscard]] std::vector<AccessRecord> records_of(const access::Reading& reading);
// Without an id.
[[nodiscard]] store::NewEvent to_event(const AccessRecord& record);

// A record read back, with its envelope. Of one whose stream has been erased only the envelope.
struct AccessEntry {
    AccessRecord record;
    store::Position position;
    base::Timestamp at;
    std::string actor;
    std::string role;
    std::string unit;
    std::string on_behalf_of;
};
// Fails with corrupt.
[[nodiscard]] Result<AccessEntry> read_entry(const store::EventView& event);

}  // namespace samvev::dispatch
