#include "dispatch/gate/redactor.hpp"

#include <algorithm>
#include <array>
#include <samvev/json.hpp>

namespace samvev::dispatch {

namespace {

using access::FieldGroup;

struct Path {
    std::vector<std::string> names;
    [[nodiscard]] Path operator/(std::string name) const {
        Path out = *this;
        out.names.push_back(std::move(name));
        return out;
    }
};

// The group that the schema names; free text for a name that nobody knows.
std::optional<FieldGroup> group_named(const std::string& name) {
    static const std::map<std::string, FieldGroup> known{
        {"text", FieldGroup::text},
        {"identifiers", FieldGroup::identifiers},
        {"address", FieldGroup::address},
        {"contact", FieldGroup::contact},
        {"location", FieldGroup::location}
    };
    if (name == "none") {
        return std::nullopt;
    }
    const auto found = known.find(name);
    return found == known.end() ? FieldGroup::text : found->second;
}

bool may_be(const json& schema, std::string_view type) {
    const json types = schema.value("type", json());
    return types == type || (types.is_array() && std::ranges::any_of(types, [&](const json& one) {
                                 return one == type;
                             }));
}

// Finds the fields of a schema that has all its definitions in it.
class FieldFinder {
public:
    using Found = std::function<void(const Path&, FieldGroup)>;
    FieldFinder(const json& root, Found found) : root_(root), found_(std::move(found)) {}

    void visit(const json& schema, const Path& path) {
        if (!schema.is_object() || ++depth_ > depth_max) {
            return;
        }
        if (schema.contains("$ref")) {
            const json::json_pointer target(schema["$ref"].get<std::string>().substr(1));
            if (root_.contains(target)) {
                visit(root_.at(target), path);
            }
        } else if (schema.contains("x-fieldGroup")) {
            if (const auto group = group_named(schema["x-fieldGroup"].get<std::string>())) {
                found_(path, *group);
            }
        } else {
            visit_plain(schema, path);
        }
        --depth_;
    }

private:
    static constexpr int depth_max = 32;

    void visit_plain(const json& schema, const Path& path) {
        const bool closed =
            schema.contains("enum") || schema.contains("const") || schema.contains("format");
        if (may_be(schema, "string") && !closed) {
            found_(path, FieldGroup::text);
        }
        for (const char* const branch : {"anyOf", "oneOf", "allOf"}) {
            for (const json& one : schema.value(branch, json::array())) {
                visit(one, path);
            }
        }
        const json items = schema.value("items", json());
        for (const json& one : items.is_array() ? items : json::array({items})) {
            visit(one, path / "*");
        }
        const json properties = schema.value("properties", json::object());
        for (const auto& [name, one] : properties.items()) {
            visit(one, path / name);
        }
        const json others = schema.value("additionalProperties", json());
        if (others.is_object()) {
            visit(others, path / "*");
        } else if (may_be(schema, "object") && properties.empty() && others != false) {
            found_(path, FieldGroup::text);  // Whatever it holds.
        }
    }

    const json& root_;
    const Found found_;
    int depth_ = 0;
};

// Whether anything was taken out.
bool remove(json& value, std::span<const std::string> path) {
    if (!value.is_structured() || path.empty()) {
        return false;
    }
    bool removed = false;
    if (path.front() == "*") {
        if (path.size() == 1) {
            removed = !value.empty();
            value.clear();
            return removed;
        }
        for (json& element : value) {
            removed = remove(element, path.subspan(1)) || removed;
        }
        return removed;
    }
    if (!value.is_object()) {
        return false;
    }
    const auto found = value.find(path.front());
    if (found == value.end()) {
        return false;
    }
    if (path.size() == 1) {
        value.erase(found);
        return true;
    }
    return remove(*found, path.subspan(1));
}

}  // namespace

Redactor::Redactor(const modules::Registry& registry) {
    for (const auto& module : registry.modules()) {
        const modules::Manifest& manifest = module->manifest();
        for (const modules::EventType& type : manifest.events) {
            if (type.version != manifest.latest_version(type.type)) {
                continue;
            }
            const json schema = json::parse(type.schema->text());
            std::vector<Field>& fields = fields_[type.type];
            FieldFinder finder(schema, [&](const Path& path, FieldGroup group) {
                fields.push_back({path.names, group});
            });
            finder.visit(schema, {});
        }
    }
}

std::optional<std::string> Redactor::without(
    std::span<const access::FieldGroup> groups, std::string_view type, std::string_view payload
) const {
    const auto fields = fields_.find(type);
    if (fields == fields_.end()) {
        return "{}";  // Of a type that nobody declares: nothing is known of its fields.
    }
    const auto goes = [&](const Field& field) {
        return std::ranges::find(groups, field.group) != groups.end();
    };
    if (std::ranges::none_of(fields->second, goes)) {
        return std::nullopt;
    }
    json data = parse_json(payload);
    if (!data.is_object()) {
        return "{}";
    }
    bool removed = false;
    for (const Field& field : fields->second) {
        removed = (goes(field) && remove(data, field.path)) || removed;
    }
    return removed ? std::optional(data.dump()) : std::nullopt;
}

}  // namespace samvev::dispatch
