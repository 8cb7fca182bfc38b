#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/policy.hpp"
#include "modules/registry.hpp"

namespace samvev::dispatch {

// Takes fields out of events for those who may see only that something happened.
//
// A field's group is what the event's schema says in "x-fieldGroup"; a string that could be
// anything (no enum, const or format) is free text when nothing is said, so that no module can
// forget. A redacted field is absent, not masked. Concurrency: [any thread].
class Redactor {
public:
    explicit Redactor(const modules::Registry& registry);

    // The payload of an event of that type, in its newest version, without those groups; absent
    // when it holds none of them. Data that cannot be read gives an empty object.
    [[nodiscard]] std::optional<std::string> without(
        std::span<const access::FieldGroup> groups, std::string_view type, std::string_view payload
    ) const;

private:
    struct Field {
        std::vector<std::string> path;  // "*": each element, or each member of an open object
        access::FieldGroup group;
    };
    std::map<std::string, std::vector<Field>, std::less<>> fields_;  // by event type
};

}  // namespace samvev::dispatch
