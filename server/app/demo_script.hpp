#pragma once

#include <map>
#include <string>
#include <vector>

#include "access/actor.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace samvev::app {

// One command of the demo, or one that must be refused.
struct DemoStep {
    std::string as;    // key of an actor
    std::string role;  // empty: all roles of the actor
    std::string method;
    std::string params;  // JSON object, with days like "@today+3"
    std::string expect;  // rejection code, or empty
};
struct DemoScript {
    std::string file;  // relative to the folder
    std::vector<DemoStep> steps;
};
// The fictional municipality as its files tell it; config/demo/README.md describes the format.
struct Demo {
    std::map<std::string, access::Actor> actors;
    std::vector<DemoScript> scripts;  // in the order they are played
};

// Fails with not_found or invalid_argument (the message names file and step).
[[nodiscard]] Result<Demo> read_demo(const std::string& folder);

// Every text in the JSON `params` that is exactly "@today", "@today+3" or "@today-3" as YYYY-MM-DD
// in Europe/Oslo, "@today-3 14:30" as that local time in UTC (RFC 3339).
[[nodiscard]] std::string resolve_demo_dates(const std::string& params, base::Timestamp now);
[[nodiscard]] std::string resolve_demo_date(const std::string& text, base::Timestamp now);

}  // namespace samvev::app
