#include "modules/manifest_scope.hpp"

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "modules/manifest_words.hpp"
#include "modules/schema.hpp"
#include "modules/schema_rules.hpp"

namespace samvev::modules {

using nlohmann::ordered_json;

ManifestScope::ManifestScope(Manifest& out, const ordered_json& definitions)
    : out_(&out), definitions_(definitions.is_null() ? ordered_json::object() : definitions) {}

bool ManifestScope::owns(std::string_view kind) const {
    return std::find(out_->owns.begin(), out_->owns.end(), kind) != out_->owns.end();
}
bool ManifestScope::owns_or_extends(std::string_view kind) const {
    return owns(kind) ||
           std::find(out_->extends.begin(), out_->extends.end(), kind) != out_->extends.end();
}

void ManifestScope::check_name(const ManifestReader& at, const std::string& name) const {
    const std::string prefix = out_->id + ".";
    if (!name.starts_with(prefix)) {
        at.refuse(
            Refusal::name, "'" + name + "' must begin with '" + prefix + "', the module's namespace"
        );
    }
    if (!is_kebab(std::string_view(name).substr(prefix.size())) ||
        name.size() > limits::event_type_bytes_max) {
        at.refuse(
            Refusal::name, "'" + name + "' must be lower-case words with hyphens after '" + prefix +
                               "', at most " + std::to_string(limits::event_type_bytes_max) +
                               " characters"
        );
    }
}

void ManifestScope::check_pattern(const ManifestReader& at, const std::string& pattern) const {
    if (pattern == "*") {
        return;
    }
    const auto dot = pattern.find('.');
    const std::string_view local =
        dot == std::string::npos ? "" : std::string_view(pattern).substr(dot + 1);
    if (!is_kebab(std::string_view(pattern).substr(0, dot)) || (local != "*" && !is_kebab(local))) {
        at.refuse(
            Refusal::name, "'" + pattern + "' is no event type: 'module.event', 'module.*' or '*'"
        );
    }
    if (local != "*" && pattern.starts_with(out_->id + ".") && out_->latest_version(pattern) == 0) {
        at.refuse(Refusal::reference, "'" + pattern + "' is not among this module's events");
    }
}

ManifestScope::Prepared ManifestScope::schema(ManifestReader& item, const char* key) const {
    const ordered_json& given = item.value(key);
    if (given.is_null()) {
        item.refuse(Refusal::shape, std::string("key '") + key + "' is missing");
    }
    try {
        ordered_json prepared = prepare_schema(given, definitions_);
        auto compiled = compile_schema(prepared);
        if (!compiled) {
            item.refuse_at(key, Refusal::schema, compiled.error().message);
        }
        return {std::move(prepared), std::move(*compiled)};
    } catch (const SchemaRefused& refused) {
        throw ManifestRefused{
            Refusal::schema, pointer_to(item.path(), key) + refused.path + ": " + refused.what
        };
    }
}

std::string ManifestScope::example(ManifestReader& item, const Schema& schema) const {
    const ordered_json& given = item.value("example");
    if (given.is_null()) {
        return {};
    }
    std::string text = given.dump();
    if (const auto fits = schema.check(text); !fits) {
        item.refuse_at(
            "example", Refusal::example, "does not fit the schema: " + fits.error().data
        );
    }
    return text;
}

void ManifestScope::check_pointer(
    const ManifestReader& at, const std::string& pointer, const ordered_json& schema
) const {
    if (!is_pointer(pointer)) {
        at.refuse(Refusal::reference, "'" + pointer + "' is no JSON pointer");
    }
    if (!can_hold(schema, pointer)) {
        at.refuse(
            Refusal::reference, "'" + pointer + "' leads nowhere: the schema has no such field"
        );
    }
}

}  // namespace samvev::modules
