#pragma once

#include <simdjson.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace samvev::access {

// JSON in a token: an object without duplicate keys at any depth (RFC 8725 §3.10: two parsers that
// pick different duplicates see different tokens). Only for .cpp files.

[[nodiscard]] inline bool has_duplicate_keys(simdjson::dom::element element) {
    if (element.is_array()) {
        const simdjson::dom::array items = element.get_array().value_unsafe();
        for (const auto item : items) {
            if (has_duplicate_keys(item)) {
                return true;
            }
        }
        return false;
    }
    if (!element.is_object()) {
        return false;
    }
    std::vector<std::string_view> names;
    const simdjson::dom::object members = element.get_object().value_unsafe();
    for (const auto member : members) {
        names.push_back(member.key);
        if (has_duplicate_keys(member.value)) {
            return true;
        }
    }
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
}

// False when `text` is not one JSON object without duplicates. `object` lives as long as `parser`.
[[nodiscard]] inline bool parse_token_json(
    simdjson::dom::parser& parser, std::string_view text, simdjson::dom::object& object
) {
    simdjson::dom::element root;
    return parser.parse(text.data(), text.size()).get(root) == simdjson::SUCCESS &&
           root.get_object().get(object) == simdjson::SUCCESS && !has_duplicate_keys(root);
}

}  // namespace samvev::access
