#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "app/client/endpoint.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace samvev::app {

// Somebody who acts in the demo.
struct DemoActor {
    enum class Kind { staff, person } kind = Kind::staff;
    std::string id;
    std::string unit;
    std::vector<std::string> roles;
};

struct DemoSettings {
    std::string folder;         // config/demo, see its README.md for the format
    std::string progress_file;  // how far each file has been played, on this data directory
    client::Endpoint server;
    // Makes a token for the actor with the given roles.
    std::function<
        Result<std::string>(const DemoActor& actor, const std::vector<std::string>& roles)>
        token_for;
    std::function<void(std::size_t step, std::size_t steps, const std::string& file)>
        progress;  // may be empty
};

struct DemoSummary {
    std::size_t played = 0;   // steps sent now
    std::size_t skipped = 0;  // steps that had been played before
    std::size_t files = 0;
};

// Plays the fictional municipality through the public API, step by step, each as the person named.
// A second time it goes on where it stopped; played to the end it changes nothing.
// Fails with invalid_argument (a file is malformed), rejected ("cases/01-….json step 7: …": the
// server refused what it should have taken, or took what it should have refused), or what the
// connection says.
[[nodiscard]] Result<DemoSummary> play_demo(const DemoSettings& settings, const base::Clock& clock);

// "@today", "@today+3", "@today-3" as YYYY-MM-DD in Europe/Oslo, "@today-3 14:30" as that local
// time in UTC (RFC 3339); every other text is returned as it is.
[[nodiscard]] std::string resolve_demo_date(const std::string& text, base::Timestamp now);

}  // namespace samvev::app
