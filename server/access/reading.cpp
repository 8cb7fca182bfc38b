#include "access/reading.hpp"

#include <algorithm>

namespace samvev::access {

Reading::Part* Reading::show(std::string_view stream, const Ground& ground) {
    if (ground.duty == LogDuty::none) {
        return nullptr;
    }
    Part& part = parts[std::string(stream)];
    if (part.outcome == Outcome::refused) {
        part = {};
    }
    part.grounds.insert(ground);
    return &part;
}

void Reading::refuse(std::string_view stream, const Ground& ground) {
    if (ground.duty == LogDuty::none) {
        return;
    }
    const auto [place, is_new] = parts.try_emplace(std::string(stream));
    if (is_new) {
        place->second.outcome = Outcome::refused;
    }
    if (place->second.outcome == Outcome::refused) {
        place->second.grounds.insert(ground);
    }
}

void extend(Reading::Part& part, std::uint64_t revision) noexcept {
    part.first_revision = std::min(part.first_revision, revision);
    part.last_revision = std::max(part.last_revision, revision);
}

}  // namespace samvev::access
