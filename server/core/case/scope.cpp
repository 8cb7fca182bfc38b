#include "scope.hpp"

#include <algorithm>

namespace samvev::cases {

namespace {

bool covers(const Permission& permission, const Share& share, const std::string& topic) {
    const bool to = permission.every_unit || permission.unit_ids.contains(share.to_unit_id);
    const bool from = !share.from_unit_id || permission.source_unit_ids.empty() ||
                      permission.source_unit_ids.contains(*share.from_unit_id);
    return to && from && permission.topics.contains(topic);
}

// The last day on which the topic is covered; empty without end; nothing when it is not.
std::optional<std::string> topic_end(
    const Case& state, const Share& share, const std::string& topic, const std::string& today
) {
    if (topic == free_topic) {
        return "";
    }
    std::optional<std::string> end;
    for (const auto& [id, permission] : state.permissions) {
        if (!permission.stands(today) || !covers(permission, share, topic)) {
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

Coverage coverage_of(const Case& state, const Share& share, const std::string& today) {
    Coverage out;
    for (const std::string& topic : share.topics) {
        const auto end = topic_end(state, share, topic, today);
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
