#include "modules/schema_rules.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/limits.hpp"
#include "modules/schema_formats.hpp"

namespace samvev::modules {

namespace {

using nlohmann::ordered_json;

// An array that must hold no value twice must also be bounded.
constexpr std::size_t unique_items_max = 1000;

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

// Keywords by what stands in them.
constexpr std::array<std::string_view, 8> with_schema{
    "additionalItems",
    "additionalProperties",
    "contains",
    "propertyNames",
    "not",
    "if",
    "then",
    "else"
};
constexpr std::array<std::string_view, 3> with_schema_list{"allOf", "anyOf", "oneOf"};
constexpr std::array<std::string_view, 14> with_value{
    "type",
    "enum",
    "const",
    "required",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems"
};
constexpr std::array<std::string_view, 2> with_count{"minProperties", "maxProperties"};
constexpr std::array<std::string_view, 8> annotations{
    "title", "description", "default", "examples", "readOnly", "writeOnly", "$comment", "$schema"
};
constexpr std::array<std::string_view, 7> types{"null",   "boolean", "object", "array",
                                                "number", "string",  "integer"};

class Preparer {
public:
    explicit Preparer(const ordered_json& definitions) : definitions_(&definitions) {}

    ordered_json prepare(const ordered_json& schema, const std::string& path) {
        if (schema.is_boolean()) {
            return schema;
        }
        if (!schema.is_object()) {
            refuse(path, "a schema is an object, true or false");
        }
        if (++depth_ > limits::json_depth_max) {
            refuse(path, "nested deeper than " + std::to_string(limits::json_depth_max));
        }
        ordered_json out = schema.contains("$ref") ? resolve(schema, path) : checked(schema, path);
        --depth_;
        return out;
    }

private:
    [[noreturn]] static void refuse(const std::string& path, std::string what) {
        throw SchemaRefused{path, std::move(what)};
    }

    ordered_json resolve(const ordered_json& schema, const std::string& path) {
        constexpr std::string_view prefix = "#/definitions/";
        const auto& ref = schema["$ref"];
        if (!ref.is_string() || !ref.get_ref<const std::string&>().starts_with(prefix)) {
            refuse(
                path,
                "'$ref' must be \"#/definitions/NAME\"; files are inlined when the module is built"
            );
        }
        const std::string name = ref.get<std::string>().substr(prefix.size());
        const auto definition = definitions_->find(name);
        if (definition == definitions_->end()) {
            refuse(path, "'definitions' has no '" + name + "'");
        }
        if (std::find(open_.begin(), open_.end(), name) != open_.end()) {
            refuse(path, "definition '" + name + "' refers to itself");
        }
        open_.push_back(name);
        ordered_json out = prepare(*definition, "#/definitions/" + name);
        open_.pop_back();
        for (const auto& [key, value] : schema.items()) {
            if (key == "$ref") {
                continue;
            }
            if (!one_of(annotations, key) && !key.starts_with("x-")) {
                refuse(path, "'" + key + "' beside '$ref' has no effect in draft-07: use allOf");
            }
            if (out.is_object()) {
                out[key] = value;
            }
        }
        return out;
    }

    ordered_json checked(const ordered_json& schema, const std::string& path) {
        ordered_json out = ordered_json::object();
        for (const auto& [key, value] : schema.items()) {
            const std::string at = pointer_to(path, key);
            if (one_of(with_schema, key)) {
                out[key] = prepare(value, at);
            } else if (one_of(with_schema_list, key) || (key == "items" && value.is_array())) {
                out[key] = list(value, at);
            } else if (key == "items") {
                out[key] = prepare(value, at);
            } else if (key == "properties") {
                out[key] = members(value, at);
            } else if (key == "dependencies") {
                out[key] = dependencies(value, at);
            } else if (key == "format") {
                check_format(value, at);
                out[key] = value;
            } else if (one_of(with_value, key) || one_of(with_count, key)) {
                out[key] = value;
            } else if (one_of(annotations, key) || key.starts_with("x-")) {
                out[key] = value;
            } else if (key == "pattern" || key == "patternProperties") {
                refuse(
                    at, "'" + key +
                            "' is not taken (a regular expression costs 160 µs a value): use "
                            "format, enum or maxLength"
                );
            } else {
                refuse(at, "unknown keyword '" + key + "'");
            }
        }
        check_values(out, path);
        return out;
    }

    ordered_json list(const ordered_json& schemas, const std::string& path) {
        if (!schemas.is_array() || schemas.empty()) {
            refuse(path, "must be a list of schemas");
        }
        ordered_json out = ordered_json::array();
        for (std::size_t i = 0; i < schemas.size(); ++i) {
            out.push_back(prepare(schemas[i], pointer_to(path, std::to_string(i))));
        }
        return out;
    }

    ordered_json members(const ordered_json& schemas, const std::string& path) {
        if (!schemas.is_object()) {
            refuse(path, "must be an object of schemas");
        }
        ordered_json out = ordered_json::object();
        for (const auto& [name, schema] : schemas.items()) {
            out[name] = prepare(schema, pointer_to(path, name));
        }
        return out;
    }

    ordered_json dependencies(const ordered_json& value, const std::string& path) {
        if (!value.is_object()) {
            refuse(path, "must be an object");
        }
        ordered_json out = ordered_json::object();
        for (const auto& [name, dependency] : value.items()) {
            out[name] =
                dependency.is_array() ? dependency : prepare(dependency, pointer_to(path, name));
        }
        return out;
    }

    static void check_format(const ordered_json& value, const std::string& path) {
        if (!value.is_string() || !parse_format(value.get_ref<const std::string&>())) {
            refuse(
                path, "format " + value.dump() +
                          " is unknown: use date, date-time, date-or-time, uuid or uri"
            );
        }
    }

    // What valijson reads differently from what an author means, or not at all.
    static void check_values(const ordered_json& schema, const std::string& path) {
        if (const auto type = schema.find("type"); type != schema.end()) {
            const auto known = [](const ordered_json& t) {
                return t.is_string() && one_of(types, t.get_ref<const std::string&>());
            };
            const bool good = type->is_array()
                                  ? !type->empty() && std::all_of(type->begin(), type->end(), known)
                                  : known(*type);
            if (!good) {
                refuse(pointer_to(path, "type"), "unknown type " + type->dump());
            }
        }
        for (const char* key :
             {"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"}) {
            if (schema.contains(key) && !schema[key].is_number_unsigned()) {
                refuse(pointer_to(path, key), "must be a whole number from 0");
            }
        }
        for (const char* key :
             {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}) {
            if (schema.contains(key) && !schema[key].is_number()) {
                refuse(pointer_to(path, key), "must be a number");
            }
        }
        if (schema.contains("enum") && (!schema["enum"].is_array() || schema["enum"].empty())) {
            refuse(pointer_to(path, "enum"), "must be a list of values");
        }
        check_required(schema, path);
        if (schema.contains("uniqueItems")) {
            const auto& unique = schema["uniqueItems"];
            if (!unique.is_boolean()) {
                refuse(pointer_to(path, "uniqueItems"), "must be true or false");
            }
            if (unique.get<bool>() &&
                (!schema.contains("maxItems") || schema["maxItems"] > unique_items_max)) {
                refuse(
                    pointer_to(path, "uniqueItems"),
                    "needs maxItems of at most " + std::to_string(unique_items_max)
                );
            }
        }
    }

    // A required field that no property describes is a misspelling when the object is closed.
    static void check_required(const ordered_json& schema, const std::string& path) {
        const auto required = schema.find("required");
        if (required == schema.end()) {
            return;
        }
        const bool closed =
            schema.contains("additionalProperties") && schema["additionalProperties"] == false;
        if (!required->is_array()) {
            refuse(pointer_to(path, "required"), "must be a list of names");
        }
        for (const auto& name : *required) {
            if (!name.is_string()) {
                refuse(pointer_to(path, "required"), "must be a list of names");
            }
            if (closed && (!schema.contains("properties") ||
                           !schema["properties"].contains(name.get<std::string>()))) {
                refuse(
                    pointer_to(path, "required"),
                    "requires '" + name.get<std::string>() + "', which is not in properties"
                );
            }
        }
    }

    const ordered_json* definitions_;
    std::vector<std::string> open_;
    std::size_t depth_ = 0;
};

bool is_open(const ordered_json& schema) {
    static constexpr std::array<std::string_view, 7> combinators{
        "allOf", "anyOf", "oneOf", "if", "not", "dependencies", "const"
    };
    return !schema.is_object() ||
           std::any_of(combinators.begin(), combinators.end(), [&](std::string_view key) {
               return schema.contains(std::string(key));
           });
}

}  // namespace

ordered_json prepare_schema(const ordered_json& schema, const ordered_json& definitions) {
    return Preparer(definitions).prepare(schema, "");
}

bool can_hold(const ordered_json& schema, std::string_view pointer) {
    if (pointer.empty() || is_open(schema)) {
        return true;
    }
    const std::string first = ordered_json::json_pointer(std::string(pointer)).to_string();
    const auto end = first.find('/', 1);
    const std::string rest = end == std::string::npos ? std::string() : first.substr(end);
    const std::string member = ordered_json::json_pointer(first.substr(0, end)).back();
    if (schema.contains("properties") && schema["properties"].contains(member)) {
        return can_hold(schema["properties"][member], rest);
    }
    if (schema.contains("items") && schema["items"].is_object() && !member.empty() &&
        std::all_of(member.begin(), member.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        return can_hold(schema["items"], rest);
    }
    return !schema.contains("additionalProperties") || schema["additionalProperties"] != false;
}

std::string pointer_to(std::string_view parent, std::string_view member) {
    std::string out(parent);
    out.push_back('/');
    for (const char c : member) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out.push_back(c);
        }
    }
    return out;
}

}  // namespace samvev::modules
