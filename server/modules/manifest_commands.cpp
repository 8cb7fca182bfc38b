#include "modules/manifest_parts.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "modules/manifest_words.hpp"

namespace samvev::modules {

namespace {

using nlohmann::ordered_json;

void check_stream(const ManifestReader& item, const CommandType& out, const ManifestScope& scope) {
    if (!scope.owns_or_extends(out.stream_kind)) {
        item.refuse_at(
            "stream", Refusal::reference, "'" + out.stream_kind + "' is in neither owns nor extends"
        );
    }
    if (out.creates && !scope.owns(out.stream_kind)) {
        item.refuse_at(
            "creates", Refusal::reference,
            "only the owner of '" + out.stream_kind + "' may create one"
        );
    }
    if (!scope.manifest().folds_stream(out.stream_kind)) {
        item.refuse_at(
            "stream", Refusal::reference,
            "a decision needs the state of '" + out.stream_kind + "': add it to folds"
        );
    }
}

void check_emitted(
    const ManifestReader& item, const std::string& emitted, const ManifestScope& scope
) {
    const auto at = emitted.find('@');
    std::uint32_t version = 0;
    if (at != std::string::npos) {
        std::from_chars(emitted.data() + at + 1, emitted.data() + emitted.size(), version);
    }
    const std::string type = emitted.substr(0, at);
    const std::uint32_t latest = scope.manifest().latest_version(type);
    if (emitted != type + "@" + std::to_string(version) || latest == 0) {
        item.refuse_at(
            "emits", Refusal::reference,
            "'" + emitted + "' is not 'type@version' of this module's events"
        );
    }
    if (version != latest) {
        item.refuse_at(
            "emits", Refusal::event_versions,
            "'" + emitted + "': new events have the newest version, " + std::to_string(latest)
        );
    }
}

template <typename Known>
void check_known(
    const ManifestReader& item, const char* key, const std::vector<std::string>& names,
    const Known& known, const char* where
) {
    for (const std::string& name : names) {
        if (!known.contains(name)) {
            item.refuse_at(key, Refusal::reference, "'" + name + "' is not among the " + where);
        }
    }
}

void read_context(
    ManifestReader& read, CommandType& out, const ordered_json& schema_json,
    const ManifestScope& scope
) {
    ContextRead context;
    context.name = read.text("as");
    context.stream_kind = read.text("stream");
    context.id_pointer = read.text("id");
    scope.check_pointer(read, context.id_pointer, schema_json);
    if (!scope.manifest().folds_stream(context.stream_kind)) {
        read.refuse(
            Refusal::reference,
            "stream kind '" + context.stream_kind + "' must be in folds to be read"
        );
    }
    if (std::any_of(out.reads.begin(), out.reads.end(), [&](const ContextRead& r) {
            return r.name == context.name;
        })) {
        read.refuse(Refusal::name, "'" + context.name + "' stands twice");
    }
    out.reads.push_back(std::move(context));
}

CommandType::Access read_access(ManifestReader& item) {
    static const std::map<std::string, CommandType::Access, std::less<>> known{
        {"steer", CommandType::Access::steer},     {"contribute", CommandType::Access::contribute},
        {"answer", CommandType::Access::answer},   {"emergency", CommandType::Access::emergency},
        {"declare", CommandType::Access::declare},
    };
    const std::string access = item.text_or("access", "steer");
    const auto found = known.find(access);
    if (found == known.end()) {
        item.refuse_at(
            "access", Refusal::shape,
            "must be steer, contribute, answer, emergency or declare, is '" + access + "'"
        );
        return CommandType::Access::steer;
    }
    return found->second;
}

}  // namespace

void read_rejection(const std::string& code, ManifestReader& item, ManifestScope& scope) {
    scope.check_name(item, code);
    RejectionType out;
    out.code = code;
    out.paragraph = item.text_or("paragraph", "");
    for (const char* language : {"nb", "nn", "en"}) {
        out.texts[language] = item.text_or(language, "");
        if (out.texts[language].empty()) {
            item.refuse(
                Refusal::texts,
                std::string("language '") + language + "' is missing: nb, nn and en are needed"
            );
        }
    }
    scope.manifest().rejections[code] = std::move(out);
}

void read_claim(const std::string& name, ManifestReader& item, ManifestScope& scope) {
    scope.check_name(item, name);
    const std::string code = item.text("rejection");
    if (!scope.manifest().rejections.contains(code)) {
        item.refuse(Refusal::reference, "'" + code + "' is not among the rejections");
    }
    scope.manifest().claims[name] = code;
}

void read_command(ManifestReader& item, ManifestScope& scope) {
    CommandType out;
    out.name = item.text("name");
    scope.check_name(item, out.name);
    if (scope.manifest().find_command(out.name) != nullptr) {
        item.refuse(Refusal::name, "'" + out.name + "' stands twice");
    }
    out.stream_kind = item.text("stream");
    out.creates = item.flag_or("creates", false);
    check_stream(item, out, scope);
    out.access = read_access(item);
    out.at_low_login = item.flag_or("atLowLogin", false);
    out.one_time_code = item.flag_or("oneTimeCode", false);
    out.summary = item.text("summary");
    out.roles = item.texts("roles");
    if (out.roles.empty()) {
        item.refuse(Refusal::shape, "'roles' must name who may send it");
    }
    const ManifestScope::Prepared prepared = scope.schema(item, "schema");
    out.schema = prepared.schema;
    out.entity_pointer = item.text_or("entity", "");
    if (!out.entity_pointer.empty()) {
        scope.check_pointer(item, out.entity_pointer, prepared.json);
    }
    out.emits = item.texts("emits");
    for (const std::string& emitted : out.emits) {
        check_emitted(item, emitted, scope);
    }
    out.rejects = item.texts("rejects");
    out.claims = item.texts("claims");
    out.timers = item.texts("timers");
    check_known(item, "rejects", out.rejects, scope.manifest().rejections, "rejections");
    check_known(item, "claims", out.claims, scope.manifest().claims, "claims");
    for (const std::string& timer : out.timers) {
        if (!is_kebab(timer)) {
            item.refuse_at(
                "timers", Refusal::name, "'" + timer + "' must be lower-case words with hyphens"
            );
        }
    }
    item.each("reads", [&](ManifestReader& read) {
        read_context(read, out, prepared.json, scope);
    });
    out.example = scope.example(item, *out.schema);
    scope.manifest().commands.push_back(std::move(out));
}

}  // namespace samvev::modules
