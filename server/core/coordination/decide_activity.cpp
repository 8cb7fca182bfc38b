#include <algorithm>
#include <utility>

#include "decide.hpp"
#include "instant.hpp"
#include "names.hpp"

namespace samvev::coordination {

namespace event_name = names::coordination::event;
namespace rejection = names::coordination::rejection;

namespace {

using Steps = std::vector<Step>;
using Changes = std::map<std::pair<std::string, std::string>, int>;

void count(Changes& changes, const std::string& from, const std::string& to, int change) {
    if (from != to) {
        changes[{from, to}] += change;
    }
}

// What one more step does to the number of times that work went from one unit to another. An
// activity that is recorded late goes in between two others and takes their handover apart.
json handovers(const Steps& steps, Steps::const_iterator later, const std::string& unit) {
    Changes changes;
    if (later != steps.begin()) {
        count(changes, std::prev(later)->unit, unit, +1);
    }
    if (later != steps.end()) {
        count(changes, unit, later->unit, +1);
        if (later != steps.begin()) {
            count(changes, std::prev(later)->unit, later->unit, -1);
        }
    }
    json out = json::array();
    for (const auto& [pair, change] : changes) {
        if (change != 0) {
            out.push_back(
                {{"fromUnitId", pair.first}, {"toUnitId", pair.second}, {"change", change}}
            );
        }
    }
    return out;
}

}  // namespace

void record_activity(const State& state, const Command& command, Decision& decision) {
    const Data& data = command.data();
    const std::string id = data.get("activityId");
    require_open_case(state, decision);
    decision.require(!state.activities.ids.contains(id), rejection::id_in_use, "/activityId");
    require_past(command, decision);
    if (decision.rejected()) {
        return;
    }
    const Steps& steps = state.activities.steps;
    const bool time_unknown = data.get_or("timeUnknown", false);
    // Without a time of its own it follows what was recorded before it.
    const Time at =
        time_unknown
            ? (steps.empty() ? Time() : Time(std::chrono::microseconds(steps.back().at_us)))
            : instant_of(command.occurred_on());
    const std::int64_t at_us = at.time_since_epoch().count();
    const auto later = std::upper_bound(
        steps.begin(), steps.end(), at_us,
        [](std::int64_t time, const Step& step) { return time < step.at_us; }
    );
    const std::string unit = data.get("unitId");
    json recorded = data.raw();
    recorded["orderedAt"] = at_us;
    if (!time_unknown) {
        recorded["occurredOn"] = command.occurred_on();
    }
    if (unit != "unknown") {
        recorded["ownerUnitId"] = unit;
    }
    if (later != steps.begin()) {
        recorded["previousUnitId"] = std::prev(later)->unit;
    }
    recorded["firstOfUnit"] = std::none_of(steps.begin(), steps.end(), [&](const Step& step) {
        return step.unit == unit;
    });
    recorded["handovers"] = handovers(steps, later, unit);
    recorded["handoverKeys"] = json::array();
    for (const json& one : recorded["handovers"]) {
        recorded["handoverKeys"].push_back(
            one["fromUnitId"].get<std::string>() + ">" + one["toUnitId"].get<std::string>()
        );
    }
    decision.emit(event_name::activity_recorded, 1, recorded, id);
}

}  // namespace samvev::coordination
