#include "modules/manifest_parts.hpp"

#include <algorithm>
#include <utility>

#include "modules/manifest_words.hpp"

namespace samvev::modules {

namespace {

using nlohmann::ordered_json;

void read_key(ManifestReader& item, ViewType& out) {
    const std::string key = item.text("key");
    if (key == "stream") {
        out.key = ViewType::Key::stream;
    } else if (key == "entity") {
        out.key = ViewType::Key::entity;
    } else if (key == "event") {
        out.key = ViewType::Key::event;
    } else if (is_pointer(key)) {
        out.key = ViewType::Key::pointer;
        out.key_pointer = key;
    } else {
        item.refuse_at(
            "key", Refusal::shape,
            "must be stream, entity, event or a JSON pointer, is '" + key + "'"
        );
    }
}

// Whose documents they are, where the key does not tell, and whether they are there to be searched.
void read_about(
    ManifestReader& item, ViewType& out, const ordered_json& schema_json, const ManifestScope& scope
) {
    out.about = item.text_or("about", "");
    if (!out.about.empty()) {
        if (out.key != ViewType::Key::pointer || out.stream_kinds.size() != 1) {
            item.refuse_at(
                "about", Refusal::shape,
                "belongs to a view of one stream kind whose key is a JSON pointer"
            );
        }
        scope.check_pointer(item, out.about, schema_json);
    }
    const std::string access = item.text_or("access", "read");
    if (access != "read" && access != "search") {
        item.refuse_at("access", Refusal::shape, "must be read or search, is '" + access + "'");
    }
    out.search = access == "search";
}

void read_index(
    ManifestReader& item, ViewType& out, const ordered_json& schema_json, const ManifestScope& scope
) {
    IndexType index;
    index.name = item.text("name");
    if (!is_camel(index.name)) {
        item.refuse(Refusal::name, "'" + index.name + "' must be camelCase");
    }
    if (std::any_of(out.indexes.begin(), out.indexes.end(), [&](const IndexType& i) {
            return i.name == index.name;
        })) {
        item.refuse(Refusal::name, "index '" + index.name + "' stands twice");
    }
    index.fields = item.texts("fields");
    if (index.fields.empty()) {
        item.refuse(Refusal::shape, "'fields' must name at least one field");
    }
    for (const std::string& field : index.fields) {
        scope.check_pointer(item, field, schema_json);
    }
    index.personal = item.flag_or("personal", false);
    out.indexes.push_back(std::move(index));
}

}  // namespace

void read_view(ManifestReader& item, ManifestScope& scope) {
    ViewType out;
    out.id = item.text("id");
    scope.check_name(item, out.id);
    if (scope.manifest().find_view(out.id) != nullptr ||
        scope.manifest().find_command(out.id) != nullptr) {
        item.refuse(
            Refusal::name, "'" + out.id + "' stands twice: views and commands share one name space"
        );
    }
    out.version = item.number("version");
    out.summary = item.text("summary");
    read_key(item, out);
    out.stream_kinds = item.texts("streams");
    out.on = item.texts("on");
    if (out.on.empty()) {
        item.refuse(Refusal::shape, "'on' must name the events it is folded from");
    }
    for (const std::string& pattern : out.on) {
        scope.check_pattern(item, pattern);
    }
    const ManifestScope::Prepared prepared = scope.schema(item, "schema");
    out.schema = prepared.schema;
    item.each("indexes", [&](ManifestReader& index) {
        read_index(index, out, prepared.json, scope);
    });
    read_about(item, out, prepared.json, scope);
    out.read_roles = item.texts("readRoles");
    out.provides = item.texts("provides");
    for (const std::string& provided : out.provides) {
        const auto slash = provided.find('/');
        if (slash == std::string::npos || !is_kebab(provided.substr(0, slash)) ||
            !is_version(std::string_view(provided).substr(slash + 1), 1)) {
            item.refuse_at(
                "provides", Refusal::name, "'" + provided + "' must be like waiting-item/1"
            );
        }
    }
    const ordered_json& query = item.value("example");
    if (!query.is_null() && !query.is_object()) {
        item.refuse_at("example", Refusal::example, "must be an object of query parameters");
    }
    out.example = query.is_null() ? "" : query.dump();
    scope.manifest().views.push_back(std::move(out));
}

void read_reaction(ManifestReader& item, ManifestScope& scope) {
    ReactionType out;
    out.on = item.texts("on");
    out.sends = item.texts("sends");
    if (out.on.empty() || out.sends.empty()) {
        item.refuse(Refusal::shape, "'on' and 'sends' must each name something");
    }
    for (const std::string& type : out.on) {
        if (type.ends_with('*')) {
            item.refuse_at(
                "on", Refusal::name, "a reaction names its events one by one, not '" + type + "'"
            );
        }
        scope.check_pattern(item, type);
    }
    for (const std::string& name : out.sends) {
        if (name.starts_with(scope.manifest().id + ".") &&
            scope.manifest().find_command(name) == nullptr) {
            item.refuse_at(
                "sends", Refusal::reference, "'" + name + "' is not among this module's commands"
            );
        }
    }
    scope.manifest().reactions.push_back(std::move(out));
}

}  // namespace samvev::modules
