#include "modules/schema_violations.hpp"

#include <algorithm>
#include <optional>

#include "modules/schema_rules.hpp"

namespace samvev::modules {

namespace {

using nlohmann::ordered_json;

struct Violation {
    std::string field;
    std::string problem;
    bool summary = false;  // says only that something inside is wrong
    friend bool operator==(const Violation&, const Violation&) = default;
};

// The schema of the value at that place, where it can be told without evaluating combinators.
const ordered_json* schema_at(const ordered_json& root, const std::vector<std::string>& context) {
    const ordered_json* at = &root;
    for (std::size_t i = 1; i < context.size() && at != nullptr; ++i) {
        const std::string member = context[i].substr(1, context[i].size() - 2);
        if (!at->is_object()) {
            return nullptr;
        }
        if (at->contains("properties") && (*at)["properties"].contains(member)) {
            at = &(*at)["properties"][member];
        } else if (at->contains("items") && (*at)["items"].is_object()) {
            at = &(*at)["items"];
        } else {
            return nullptr;
        }
    }
    return at;
}

std::string joined(const ordered_json& values, std::string_view glue) {
    if (!values.is_array()) {
        return values.is_string() ? values.get<std::string>() : values.dump();
    }
    std::string out;
    for (const auto& value : values) {
        out += (out.empty() ? "" : std::string(glue)) +
               (value.is_string() ? value.get<std::string>() : value.dump());
    }
    return out;
}

// What stands between the last pair of apostrophes: 'name'.
std::string quoted(const std::string& text) {
    const auto end = text.rfind('\'');
    const auto begin = text.find('\'', 0) == end ? std::string::npos : text.find('\'');
    // "… using 'properties' or 'additionalProperties' constraints: 'name'." – the last pair counts.
    const auto colon = text.rfind(": '");
    const auto start = colon == std::string::npos ? begin : colon + 2;
    return end == std::string::npos || start == std::string::npos
               ? ""
               : text.substr(start + 1, end - start - 1);
}

struct Rule {
    std::string_view begins;   // valijson's description
    std::string_view keyword;  // whose value completes our words
    std::string_view words;
};

constexpr Rule rules[] = {
    {"Value type not permitted", "type", "must be of type "},
    {"Failed to match against any enum", "enum", "must be one of "},
    {"Failed to match expected value", "const", "must be "},
    {"Expected number greater than or equal", "minimum", "must be at least "},
    {"Expected number greater than", "exclusiveMinimum", "must be more than "},
    {"Expected number less than or equal", "maximum", "must be at most "},
    {"Expected number less than", "exclusiveMaximum", "must be less than "},
    {"Value should be a multiple", "multipleOf", "must be a multiple of "},
    {"String should be no fewer", "minLength", "is too short; fewest characters: "},
    {"String should be no more", "maxLength", "is too long; most characters: "},
    {"Array should contain no fewer", "minItems", "has too few items; fewest: "},
    {"Array should contain no more", "maxItems", "has too many items; most: "},
    {"Object should have no fewer", "minProperties", "has too few members; fewest: "},
    {"Object should have no more", "maxProperties", "has too many members; most: "},
};

constexpr std::string_view summaries[] = {
    "Failed to validate against schema associated with",
    "Failed to validate item",
    "Failed to validate against additional properties schema",
    "Failed to validate against a conditional schema",
    "Failed to validate against any schemas allowed by anyOf",
    "Failed to validate against any child schemas allowed by oneOf"
};

Violation translate(const RawViolation& raw, const ordered_json& schema) {
    std::string field;
    for (std::size_t i = 1; i < raw.context.size(); ++i) {
        field = pointer_to(
            field, std::string_view(raw.context[i]).substr(1, raw.context[i].size() - 2)
        );
    }
    const std::string& text = raw.description;
    if (text.starts_with("Missing required property")) {
        return {pointer_to(field, quoted(text)), "is required"};
    }
    if (text.starts_with("Missing dependency")) {
        return {pointer_to(field, quoted(text)), "is required with another field that is given"};
    }
    if (text.starts_with("Object contains a property that could not")) {
        return {pointer_to(field, quoted(text)), "is not a known field"};
    }
    const ordered_json* at = schema_at(schema, raw.context);
    for (const Rule& rule : rules) {
        if (text.starts_with(rule.begins)) {
            const std::string key(rule.keyword);
            if (at != nullptr && at->is_object() && at->contains(key)) {
                return {field, std::string(rule.words) + joined((*at)[key], ", ")};
            }
            return {field, text};
        }
    }
    const bool summary =
        std::any_of(std::begin(summaries), std::end(summaries), [&](std::string_view begins) {
            return text.starts_with(begins);
        });
    return {field, summary ? "fits none of the allowed forms" : text, summary};
}

std::string as_json(const std::vector<Violation>& violations) {
    ordered_json list = ordered_json::array();
    for (const Violation& v : violations) {
        list.push_back({{"field", v.field}, {"problem", v.problem}});
    }
    const ordered_json out{{"violations", std::move(list)}};
    // A field name may be any bytes the sender chose.
    return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::string violations_json(const std::vector<RawViolation>& raw, const ordered_json& schema) {
    std::vector<Violation> all;
    for (const RawViolation& violation : raw) {
        Violation translated = translate(violation, schema);
        if (std::find(all.begin(), all.end(), translated) == all.end()) {
            all.push_back(std::move(translated));
        }
    }
    // A summary is worth saying only when nothing inside it was said.
    std::vector<Violation> out;
    for (const Violation& v : all) {
        const bool said =
            v.summary && std::any_of(all.begin(), all.end(), [&](const Violation& other) {
                return !other.summary && other.field.starts_with(v.field);
            });
        if (!said) {
            out.push_back(v);
        }
    }
    if (out.empty()) {
        out.push_back({"", "does not fit the schema"});
    }
    std::stable_sort(out.begin(), out.end(), [](const Violation& a, const Violation& b) {
        return a.field < b.field;
    });
    return as_json(out);
}

std::string violations_json(std::string_view problem) {
    return as_json({{"", std::string(problem)}});
}

}  // namespace samvev::modules
