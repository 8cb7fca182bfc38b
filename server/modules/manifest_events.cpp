#include "modules/manifest_parts.hpp"

#include <algorithm>
#include <array>

namespace samvev::modules {

namespace {

using nlohmann::ordered_json;

// A constant, or a pointer into the event's data.
LabelSource read_source(
    const ManifestReader& at, const std::string& text, const ordered_json& schema,
    const ManifestScope& scope
) {
    if (!text.starts_with('/')) {
        return {text, ""};
    }
    scope.check_pointer(at, text, schema);
    return {"", text};
}

void read_labels(
    ManifestReader& item, EventType& out, const ordered_json& schema_json,
    const ManifestScope& scope
) {
    static constexpr std::array<std::string_view, 4> classes{
        "open", "internal", "restricted", "strict"
    };
    ManifestReader labels = item.object("labels");
    const auto sources = [&](const char* key) {
        std::vector<LabelSource> list;
        for (const std::string& text : labels.texts(key)) {
            list.push_back(read_source(labels, text, schema_json, scope));
        }
        return list;
    };
    out.topic = read_source(labels, labels.text_or("topic", ""), schema_json, scope);
    out.owner_unit = read_source(labels, labels.text_or("ownerUnit", ""), schema_json, scope);
    out.occurred_on = read_source(labels, labels.text_or("occurredOn", ""), schema_json, scope);
    out.subjects = sources("subjects");
    out.audience = sources("audience");
    const std::string name = labels.text_or("confidentiality", "internal");
    const auto found = std::find(classes.begin(), classes.end(), name);
    if (found == classes.end()) {
        labels.refuse_at(
            "confidentiality", Refusal::shape,
            "must be open, internal, restricted or strict, is '" + name + "'"
        );
    }
    out.confidentiality = static_cast<Confidentiality>(found - classes.begin());
    labels.done();
}

}  // namespace

void read_event(ManifestReader& item, ManifestScope& scope) {
    EventType out;
    out.type = item.text("type");
    scope.check_name(item, out.type);
    out.version = item.number("version");
    if (scope.manifest().find_event(out.type, out.version) != nullptr) {
        item.refuse(
            Refusal::name, out.type + " version " + std::to_string(out.version) + " stands twice"
        );
    }
    const ManifestScope::Prepared prepared = scope.schema(item, "schema");
    out.schema = prepared.schema;
    if (item.has("labels")) {
        read_labels(item, out, prepared.json, scope);
    }
    out.texts = item.languages("texts");
    out.weight = item.number_or("weight", 2);
    if (out.weight > 3) {
        item.refuse_at("weight", Refusal::shape, "must be 1, 2 or 3");
    }
    out.example = scope.example(item, *out.schema);
    scope.manifest().events.push_back(std::move(out));
}

}  // namespace samvev::modules
