#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "app/client/endpoint.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace samvev::app {

struct DemoSettings {
    std::string folder;  // config/demo, see its README.md for the format
    std::string
        data_directory;  // of the server: its development key, and how far each file was played
    client::Endpoint server;
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

}  // namespace samvev::app
