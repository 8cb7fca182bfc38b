#pragma once

#include <samvev/json.hpp>

#include <string>
#include <string_view>

namespace samvev::modules {

// A schema that Samvev does not take; `path` is a JSON pointer into the schema.
struct SchemaRefused {
    std::string path;
    std::string what;
};

// The schema with every {"$ref": "#/definitions/NAME"} replaced by that definition. Throws
// SchemaRefused for what is not draft-07 as Samvev takes it: an unknown keyword (x-… is ignored),
// `pattern` and `patternProperties`, another `format` than ours, a reference that leads nowhere or
// back to itself, an `$id`, an array that must be unique but may be endless.
[[nodiscard]] nlohmann::ordered_json prepare_schema(
    const nlohmann::ordered_json& schema, const nlohmann::ordered_json& definitions
);

// Whether data that fits the schema can have something at that JSON pointer. In doubt (combinators,
// open objects): yes.
[[nodiscard]] bool can_hold(const nlohmann::ordered_json& schema, std::string_view pointer);

// One level down or up in a JSON pointer, with ~0 and ~1.
[[nodiscard]] std::string pointer_to(std::string_view parent, std::string_view member);

}  // namespace samvev::modules
