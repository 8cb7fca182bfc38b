#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/client/gzip_file.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace samvev::client {

// One step of a process. A text is empty when the log does not say (missing, empty, "UNKNOWN").
struct XesEvent {
    std::size_t line = 0;
    std::string activity;                 // concept:name
    std::string instance;                 // concept:instance
    std::string transition;               // lifecycle:transition
    std::string group;                    // org:group
    std::string resource;                 // org:resource
    std::optional<base::Timestamp> time;  // time:timestamp; absent when missing or unreadable
    enum class TimeOrigin {
        as_written,
        zone_assumed_utc,
        missing,
        unreadable
    } time_origin = TimeOrigin::missing;
    friend bool operator==(const XesEvent&, const XesEvent&) = default;
};

struct XesTrace {
    std::uint64_t index = 0;  // 0-based, in the file
    std::size_t line = 0;
    std::string name;  // concept:name, or empty
    std::vector<XesEvent> events;
};

// Reads an event log in XES (IEEE 1849), plain or gzipped, trace by trace; memory holds one trace.
// Namespaces, extensions, nested attributes and unknown elements are passed over; a log without one
// trace is an error.
// Errors are invalid_argument, corrupt or not_found and read "FILE:LINE: reason"; traces that were
// returned before an error are whole.
class XesReader {
public:
    // Reads the log's head, up to the first trace.
    [[nodiscard]] static Result<std::unique_ptr<XesReader>> open(const std::string& path);
    virtual ~XesReader() = default;
    XesReader(const XesReader&) = delete;
    XesReader& operator=(const XesReader&) = delete;

    // The log's concept:name, or the file's name without directory, .gz and .xes.
    [[nodiscard]] virtual const std::string& log_name() const noexcept = 0;
    // The file, for messages.
    [[nodiscard]] virtual const std::string& path() const noexcept = 0;
    // Absent at the end.
    [[nodiscard]] virtual Result<std::optional<XesTrace>> next() = 0;
    // Events that are no direct child of a trace of the log: they belong to no case.
    [[nodiscard]] virtual std::uint64_t events_outside_traces() const noexcept = 0;
    [[nodiscard]] virtual GzipFile::Progress progress() const = 0;

protected:
    XesReader() = default;
};

// An xs:dateTime or xs:date; without a zone it is taken as UTC.
struct XesTime {
    std::optional<base::Timestamp> time;
    XesEvent::TimeOrigin origin = XesEvent::TimeOrigin::unreadable;
};
[[nodiscard]] XesTime parse_xes_time(const std::string& text);

}  // namespace samvev::client
