#include "scope.hpp"

#include <algorithm>
#include <optional>

namespace samvev::cases {

namespace {

bool covers(
    const Permission& permission, const std::string& unit_id, const std::string& topic,
    const std::string& today
) {
    const bool stands =
        !permission.withdrawn && (permission.until.empty() || permission.until >= today);
    const bool for_unit = permission.unit_ids.empty() || permission.unit_ids.contains(unit_id);
    return stands && for_unit && permission.topics.contains(topic);
}

// The last day on which the topic is covered; empty without end; nothing when it is not.
std::optional<std::string> topic_end(
    const Case& state, const std::string& unit_id, const std::string& topic,
    const std::string& today
) {
    if (topic == free_topic) {
        return "";
    }
    std::optional<std::string> end;
    for (const auto& [id, permission] : state.permissions) {
        if (!covers(permission, unit_id, topic, today)) {
            continue;
        }
        if (permission.until.empty()) {
            return "";
        }
        end = std::max(end.value_or(""), permission.until);
    }
    return end;
}

}  // namespace

Coverage coverage_of(
    const Case& state, const std::string& unit_id, const std::vector<std::string>& topics,
    const std::string& today
) {
    Coverage out;
    for (const std::string& topic : topics) {
        const auto end = topic_end(state, unit_id, topic, today);
        if (!end) {
            out.uncovered.push_back(topic);
            continue;
        }
        out.covered.push_back(topic);
        if (!end->empty()) {
            out.until = out.until.empty() ? *end : std::min(out.until, *end);
        }
    }
    return out;
}

}  // namespace samvev::cases
