#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/commit.hpp"
#include "store/event_log.hpp"

// Short words for commits in tests of the store. Ids are made from numbers, so that a failing test
// reads the same each time.
namespace samvev::test {

[[nodiscard]] base::Uuid numbered_uuid(std::uint64_t number);
[[nodiscard]] store::StreamId case_stream(std::uint64_t number);
[[nodiscard]] store::LogId domain_log(std::uint32_t tenant = 9999);

// An event of type "test.happened" with the payload and an id from the number.
[[nodiscard]] store::NewEvent new_event(std::uint64_t id, std::string payload = R"({"n":1})");
// `count` events with the ids first_id, first_id + 1, …
[[nodiscard]] std::vector<store::NewEvent> new_events(std::uint64_t first_id, std::size_t count);

[[nodiscard]] store::Commit commit_of(
    std::vector<store::StreamWrite> writes, store::LogId log = domain_log()
);
// One event to one stream, whatever its revision.
[[nodiscard]] store::Commit one_event(std::uint64_t stream, std::uint64_t event_id);
// The commit with a command id; the digest stands for its content.
[[nodiscard]] store::Commit with_command(
    store::Commit commit, std::uint64_t command, std::string_view content = "a"
);

[[nodiscard]] store::ClaimKey claim_key(std::string name, std::uint64_t number);
[[nodiscard]] store::TimerSet timer_of(
    std::uint64_t stream, std::string name, std::int64_t due_us, std::uint64_t set_by = 1
);

// Everything a log holds, as text to compare: one line an event, by position.
[[nodiscard]] std::string events_as_text(const store::EventLog& log, store::LogId id);
[[nodiscard]] std::string event_as_text(const store::EventView& event);

}  // namespace samvev::test
