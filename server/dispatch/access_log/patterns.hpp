#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/facts.hpp"
#include "base/calendar_text.hpp"
#include "dispatch/access_log/record.hpp"

namespace samvev::dispatch {

// Something that the privacy officer should look at. None of them says that anything was wrong.
struct AccessPattern {
    enum class Kind {
        own_family,  // staff and themselves, or their next of kin as far as they are known here
        protected_person,  // somebody who lives at a protected address
        emergency,
        search_without_unit,  // on nobody's behalf
        many_lookups,         // more persons and cases in a day than the setting allows
    };
    Kind kind = Kind::own_family;
    std::string actor;
    std::size_t count = 0;  // records; of many_lookups the persons and cases
    base::Timestamp first{};
    base::Timestamp last{};
    std::set<store::StreamId> streams;  // about whom; at most a few
};

// "own-family", "protected-person", …
[[nodiscard]] std::string_view to_text(AccessPattern::Kind kind) noexcept;

// Whether the two are one, parent and child, siblings or parents of one child, as far as guardians
// are known.
[[nodiscard]] bool are_related(
    const access::Facts& facts, const access::Id& a, const access::Id& b
);

// Gathers patterns from records in any order. Not thread-safe; `facts` outlives it.
class AccessPatterns {
public:
    AccessPatterns(const access::Facts& facts, std::size_t lookups_per_day)
        : facts_(facts), lookups_per_day_(lookups_per_day) {}

    void take(const AccessEntry& entry);
    // One for each kind and actor (and day, of many look-ups), the latest first.
    [[nodiscard]] std::vector<AccessPattern> found() const;

private:
    void add(AccessPattern::Kind kind, const AccessEntry& entry);
    [[nodiscard]] bool is_own_family(const AccessEntry& entry) const;
    [[nodiscard]] bool is_protected(const AccessEntry& entry) const;

    const access::Facts& facts_;
    const std::size_t lookups_per_day_;
    std::map<std::pair<AccessPattern::Kind, std::string>, AccessPattern> by_actor_;
    std::map<std::pair<base::Date, std::string>, AccessPattern> by_day_;
};

}  // namespace samvev::dispatch
