#pragma once

// What a test gives a module and what one call of it said, as values.

#include <samvev/plugin.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace samvev::testing {

// What was expected did not happen; the text has both sides.
struct Mismatch : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline constexpr const char* default_stream_id = "01890000-0000-7000-8000-0000000000aa";
inline constexpr const char* default_actor = "staff/01890000-0000-7000-8000-0000000000bb";

// An event, given or expected. Expected with null data: the data is not compared.
struct TestEvent {
    std::string type{};
    std::uint32_t version = 1;
    json data = nullptr;
    std::string entity{};
    std::string occurred_on{};
    std::string actor = default_actor;
    std::string role = "coordinator";
    std::string unit{};
    Time recorded_at =
        Time(std::chrono::sys_days(std::chrono::year(2026) / 9 / 1)) + std::chrono::hours(8);
    bool withheld = false;  // the payload has been removed: folding must accept that
};

[[nodiscard]] inline TestEvent event(
    std::string type, json data = nullptr, std::string entity = {}, std::uint32_t version = 1
) {
    TestEvent out;
    out.type = std::move(type);
    out.version = version;
    out.data = std::move(data);
    out.entity = std::move(entity);
    return out;
}
// The same event after its payload has been removed.
[[nodiscard]] inline TestEvent withheld(TestEvent event) {
    event.withheld = true;
    return event;
}

// Who sends a command, when, and what else the decision sees.
struct Sender {
    std::string actor = default_actor;
    std::vector<std::string> roles{"coordinator"};
    std::string unit{};
    Time now =
        Time(std::chrono::sys_days(std::chrono::year(2026) / 9 / 1)) + std::chrono::hours(10);
    std::string occurred_on{};
    std::optional<std::string> due_at{};
    json context = json::object();  // name in `reads` -> state of that stream
    json config = json::object();
    std::array<std::uint64_t, 2> seed{7, 11};
};

struct TestTimer {
    std::string name{};
    Time due{};
    std::string command{};
    json data{};
};
struct TestRejection {
    std::string code{};
    std::string field{};
    json params{};
};
struct TestCommand {
    std::string label{};
    std::string command{};
    std::string stream_kind{};
    std::string stream_id{};
    json data{};
};

// All that one call said.
struct Outcome {
    samvev_status status = SAMVEV_OK;
    std::vector<TestEvent> events{};
    std::vector<TestTimer> timers{};
    std::vector<std::string> cleared{};
    std::vector<std::pair<std::string, std::string>> claimed{};   // name, key
    std::vector<std::pair<std::string, std::string>> released{};  // name, key
    std::vector<TestRejection> rejections{};
    std::vector<TestCommand> sent{};
    std::optional<json> document{};
    bool dropped = false;
    std::string fault{};

    [[nodiscard]] bool rejected_with(std::string_view code) const {
        return std::any_of(rejections.begin(), rejections.end(), [&](const auto& r) {
            return r.code == code;
        });
    }
    [[nodiscard]] std::vector<std::string> codes() const {
        std::vector<std::string> out;
        for (const TestRejection& r : rejections) {
            out.push_back(r.code);
        }
        return out;
    }
};

// One line an event: "checkin.opened@1 roll-1 {…}".
[[nodiscard]] std::string as_text(const TestEvent& event);
[[nodiscard]] std::string as_text(const Outcome& outcome);

inline std::string as_text(const TestEvent& event) {
    return event.type + "@" + std::to_string(event.version) +
           (event.entity.empty() ? "" : " " + event.entity) +
           (event.data.is_null() ? "" : " " + event.data.dump());
}

inline std::string as_text(const Outcome& outcome) {
    std::string out = "status " + std::to_string(outcome.status) + "\n";
    for (const TestEvent& e : outcome.events) {
        out += "  event " + as_text(e) + "\n";
    }
    for (const TestTimer& t : outcome.timers) {
        out += "  timer " + t.name + " " + to_text(t.due) + " " + t.command + "\n";
    }
    for (const auto& [name, key] : outcome.claimed) {
        out += "  claim " + name + " " + key + "\n";
    }
    for (const auto& [name, key] : outcome.released) {
        out += "  release " + name + " " + key + "\n";
    }
    for (const TestRejection& r : outcome.rejections) {
        out += "  rejected " + r.code + " " + r.field + "\n";
    }
    return outcome.fault.empty() ? out : out + "  fault " + outcome.fault;
}

}  // namespace samvev::testing
