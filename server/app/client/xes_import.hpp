#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>

#include "app/client/rpc_client.hpp"
#include "app/client/xes_reader.hpp"
#include "base/result.hpp"

namespace samvev::client {

struct XesImportSummary {
    std::string log;                     // what all ids are derived from
    std::uint64_t cases = 0;             // whole: with the last of their activities
    std::uint64_t cases_unfinished = 0;  // opened, and then something ended the import
    std::uint64_t activities = 0;
    std::uint64_t units = 0;
    std::uint64_t staff = 0;
    std::uint64_t cases_without_group = 0;    // their concern is with the unknown unit of the log
    std::uint64_t without_group = 0;          // activities whose unit is recorded as unknown
    std::uint64_t without_resource = 0;       // … whose staff member is unknown
    std::uint64_t without_time = 0;           // … whose time is unknown: missing or unreadable
    std::uint64_t with_assumed_zone = 0;      // … whose time has no zone: taken as UTC
    std::uint64_t in_future = 0;              // … whose time has not come yet: recorded as unknown
    std::uint64_t without_name = 0;           // … whose name is unknown
    std::uint64_t events_outside_traces = 0;  // not imported: they belong to no case
    std::uint64_t already_there = 0;          // made by another actor: neither written nor compared
    std::uint64_t shortened = 0;              // names cut to what the server takes
    friend bool operator==(const XesImportSummary&, const XesImportSummary&) = default;
};

struct XesImportSettings {
    std::string log_name;  // instead of the log's own name; empty = that
    std::size_t cases_at_a_time = 32;
    std::function<void(const XesImportSummary&, const GzipFile::Progress&)>
        progress;  // may be empty
};

// Plays an event log through the public API: a trace opens a case at level 0 without a person, an
// org:group registers an external unit (the first of a trace answers for its case), an org:resource
// a staff member, an event records an activity with its original time. Commands of one case go one
// after another, cases in parallel.
//
// Every id and commandId is derived from the log's name, the trace's index and name, and the
// event's index. So the same file again, after any interruption on either side, ends in the same
// history: what is there is answered as a replay, or (to another actor) as taken.
//
// `summary` counts what the server has acknowledged, also when it fails: a broken file (error of
// XesReader; cases read before it are whole) or a refusal (rejected, with the place in the file; up
// to cases_at_a_time cases are then unfinished, as after a lost server).
[[nodiscard]] Result<std::monostate> import_xes(
    XesReader& reader, RpcClient& server, const XesImportSettings& settings,
    XesImportSummary& summary
);

}  // namespace samvev::client
