#include <algorithm>
#include <array>
#include <charconv>

#include <samvev/plugin.h>

#include "base/limits.hpp"
#include "modules/manifest.hpp"
#include "modules/manifest_reader.hpp"
#include "modules/schema.hpp"
#include "modules/schema_rules.hpp"
#include "modules/strict_json.hpp"

namespace samvev::modules {

namespace {

using nlohmann::ordered_json;

// "plan-activated": lower-case words with single hyphens.
bool is_kebab(std::string_view text) noexcept {
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    return plain && !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
           text.back() != '-' && text.find("--") == std::string_view::npos;
}

bool is_camel(std::string_view text) noexcept {
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           });
}

bool is_pointer(std::string_view text) noexcept {
    if (text.empty() || text.front() != '/') {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '~' &&
            (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) {
            return false;
        }
    }
    return true;
}

// "1.2.3": three numbers with dots.
bool is_version(std::string_view text, int parts) noexcept {
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    for (int i = 0; i < parts; ++i) {
        unsigned value = 0;
        const auto [next, error] = std::from_chars(at, end, value);
        if (error != std::errc() || (i + 1 < parts && (next == end || *next != '.'))) {
            return false;
        }
        at = i + 1 < parts ? next + 1 : next;
    }
    return at == end;
}

std::pair<unsigned, unsigned> major_minor(const std::string& text) {
    const auto dot = text.find('.');
    return {
        static_cast<unsigned>(std::stoul(text.substr(0, dot))),
        static_cast<unsigned>(std::stoul(text.substr(dot + 1)))
    };
}

class Parser {
public:
    Parser(const ordered_json& root, Manifest& out) : root_(root, ""), out_(&out) {}

    void run() {
        header();
        const ordered_json& definitions = root_.value("definitions");
        if (!definitions.is_null() && !definitions.is_object()) {
            root_.refuse_at("definitions", Refusal::shape, "must be an object of schemas");
        }
        definitions_ = definitions.is_null() ? ordered_json::object() : definitions;
        root_.each("folds", [&](ManifestReader& item) { fold(item); });
        root_.each("events", [&](ManifestReader& item) { event(item); });
        check_versions();
        root_.each_named("rejections", [&](const std::string& code, ManifestReader& item) {
            rejection(code, item);
        });
        root_.each_named("claims", [&](const std::string& name, ManifestReader& item) {
            claim(name, item);
        });
        root_.each("commands", [&](ManifestReader& item) { command(item); });
        root_.each("views", [&](ManifestReader& item) { view(item); });
        root_.each("reactions", [&](ManifestReader& item) { reaction(item); });
        check_folds();
        root_.done();
    }

private:
    void header() {
        if (root_.number("manifest") != 1) {
            root_.refuse_at("manifest", Refusal::shape, "this server reads manifest format 1");
        }
        out_->id = root_.text("id");
        if (!is_kebab(out_->id)) {
            root_.refuse_at(
                "id", Refusal::name, "must be lower-case words with hyphens, is '" + out_->id + "'"
            );
        }
        out_->version = root_.text("version");
        if (!is_version(out_->version, 3)) {
            root_.refuse_at(
                "version", Refusal::shape, "must be like 1.2.3, is '" + out_->version + "'"
            );
        }
        abi();
        out_->state_version = root_.number("stateVersion");
        out_->titles = root_.languages("title");
        if (out_->titles.empty()) {
            root_.refuse(Refusal::shape, "key 'title' is missing");
        }
        const std::string isolation = root_.text_or("isolation", "process");
        if (isolation != "process" && isolation != "in-process-ok") {
            root_.refuse_at(
                "isolation", Refusal::shape,
                "must be 'process' or 'in-process-ok', is '" + isolation + "'"
            );
        }
        out_->in_process_allowed = isolation == "in-process-ok";
        out_->owns = kinds("owns");
        out_->extends = kinds("extends");
        for (const std::string& kind : out_->extends) {
            if (owns(kind)) {
                root_.refuse_at("extends", Refusal::name, "'" + kind + "' is in owns already");
            }
        }
    }

    void abi() {
        out_->abi = root_.text("abi");
        if (!is_version(out_->abi, 2)) {
            root_.refuse_at("abi", Refusal::shape, "must be like 1.0, is '" + out_->abi + "'");
        }
        const auto [major, minor] = major_minor(out_->abi);
        const std::string ours =
            std::to_string(SAMVEV_ABI_MAJOR) + "." + std::to_string(SAMVEV_ABI_MINOR);
        if (major != SAMVEV_ABI_MAJOR) {
            root_.refuse_at(
                "abi", Refusal::abi,
                "needs plugin ABI " + out_->abi + ", this server has " + ours +
                    ". Use a build of the module for ABI " + std::to_string(SAMVEV_ABI_MAJOR)
            );
        }
        if (minor > SAMVEV_ABI_MINOR) {
            root_.refuse_at(
                "abi", Refusal::abi,
                "needs plugin ABI " + out_->abi + ", this server has " + ours +
                    ". Upgrade the server, or rebuild the module with SAMVEV_TARGET_MINOR " +
                    std::to_string(SAMVEV_ABI_MINOR)
            );
        }
    }

    std::vector<std::string> kinds(const char* key) {
        std::vector<std::string> out = root_.texts(key);
        for (const std::string& kind : out) {
            if (!is_kebab(kind) || kind.size() > limits::stream_kind_bytes_max) {
                root_.refuse_at(
                    key, Refusal::name,
                    "'" + kind + "' is no stream kind: lower-case words with hyphens, at most " +
                        std::to_string(limits::stream_kind_bytes_max) + " characters"
                );
            }
        }
        return out;
    }

    [[nodiscard]] bool owns(std::string_view kind) const {
        return std::find(out_->owns.begin(), out_->owns.end(), kind) != out_->owns.end();
    }
    [[nodiscard]] bool owns_or_extends(std::string_view kind) const {
        return owns(kind) ||
               std::find(out_->extends.begin(), out_->extends.end(), kind) != out_->extends.end();
    }

    // Every name is "<id>.<words>".
    void check_name(const ManifestReader& at, const std::string& name) const {
        const std::string prefix = out_->id + ".";
        if (!name.starts_with(prefix)) {
            at.refuse(
                Refusal::name,
                "'" + name + "' must begin with '" + prefix + "', the module's namespace"
            );
        }
        if (!is_kebab(std::string_view(name).substr(prefix.size())) ||
            name.size() > limits::event_type_bytes_max) {
            at.refuse(
                Refusal::name, "'" + name + "' must be lower-case words with hyphens after '" +
                                   prefix + "', at most " +
                                   std::to_string(limits::event_type_bytes_max) + " characters"
            );
        }
    }

    // An exact type, "module.*" or "*". Own types must exist; others' are the registry's to check.
    void check_pattern(const ManifestReader& at, const std::string& pattern) const {
        if (pattern == "*") {
            return;
        }
        const auto dot = pattern.find('.');
        const std::string_view local =
            dot == std::string::npos ? "" : std::string_view(pattern).substr(dot + 1);
        if (!is_kebab(std::string_view(pattern).substr(0, dot)) ||
            (local != "*" && !is_kebab(local))) {
            at.refuse(
                Refusal::name,
                "'" + pattern + "' is no event type: 'module.event', 'module.*' or '*'"
            );
        }
        if (local != "*" && pattern.starts_with(out_->id + ".") &&
            out_->latest_version(pattern) == 0) {
            at.refuse(Refusal::reference, "'" + pattern + "' is not among this module's events");
        }
    }

    struct Prepared {
        ordered_json json;
        std::shared_ptr<const Schema> schema;
    };
    Prepared schema(ManifestReader& item, const char* key) {
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

    std::string example(ManifestReader& item, const Schema& schema) {
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

    LabelSource source(
        const ManifestReader& at, const std::string& text, const ordered_json& schema
    ) const {
        if (!text.starts_with('/')) {
            return {text, ""};
        }
        check_pointer(at, text, schema);
        return {"", text};
    }

    void check_pointer(
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

    void fold(ManifestReader& item) {
        Fold out;
        out.stream_kind = item.text("stream");
        out.events = item.texts("events");
        if (out.events.empty()) {
            item.refuse(Refusal::shape, "'events' must name what the state is folded from");
        }
        if (out_->folds_stream(out.stream_kind)) {
            item.refuse(Refusal::name, "stream kind '" + out.stream_kind + "' is folded twice");
        }
        out_->folds.push_back(std::move(out));
    }

    // Fold patterns can be checked only when the events are known.
    void check_folds() const {
        for (std::size_t i = 0; i < out_->folds.size(); ++i) {
            const ordered_json none = ordered_json::object();
            const ManifestReader at(none, "/folds/" + std::to_string(i));
            for (const std::string& pattern : out_->folds[i].events) {
                check_pattern(at, pattern);
            }
        }
    }

    void event(ManifestReader& item) {
        EventType out;
        out.type = item.text("type");
        check_name(item, out.type);
        out.version = item.number("version");
        if (out_->find_event(out.type, out.version) != nullptr) {
            item.refuse(
                Refusal::name,
                out.type + " version " + std::to_string(out.version) + " stands twice"
            );
        }
        const Prepared prepared = schema(item, "schema");
        out.schema = prepared.schema;
        if (item.has("labels")) {
            labels(item, out, prepared.json);
        }
        out.texts = item.languages("texts");
        out.weight = item.number_or("weight", 2);
        if (out.weight > 3) {
            item.refuse_at("weight", Refusal::shape, "must be 1, 2 or 3");
        }
        out.example = example(item, *out.schema);
        out_->events.push_back(std::move(out));
    }

    void labels(ManifestReader& item, EventType& out, const ordered_json& schema_json) {
        static constexpr std::array<std::string_view, 4> classes{
            "open", "internal", "restricted", "strict"
        };
        ManifestReader labels = item.object("labels");
        const auto sources = [&](const char* key) {
            std::vector<LabelSource> list;
            for (const std::string& text : labels.texts(key)) {
                list.push_back(source(labels, text, schema_json));
            }
            return list;
        };
        out.topic = source(labels, labels.text_or("topic", ""), schema_json);
        out.owner_unit = source(labels, labels.text_or("ownerUnit", ""), schema_json);
        out.occurred_on = source(labels, labels.text_or("occurredOn", ""), schema_json);
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

    // 1, 2, 3 … without a gap, since each is brought up one step at a time.
    void check_versions() {
        for (EventType& e : out_->events) {
            const std::uint32_t latest = out_->latest_version(e.type);
            e.upcast = e.version < latest;
            for (std::uint32_t version = 1; version < latest; ++version) {
                if (out_->find_event(e.type, version) == nullptr) {
                    root_.refuse_at(
                        "events", Refusal::event_versions,
                        e.type + " has version " + std::to_string(latest) + " but not " +
                            std::to_string(version) + ": every version ever released stays"
                    );
                }
            }
            if (!e.upcast && e.texts.empty()) {
                root_.refuse_at("events", Refusal::texts, e.type + " has no texts");
            }
        }
    }

    void rejection(const std::string& code, ManifestReader& item) {
        check_name(item, code);
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
        out_->rejections[code] = std::move(out);
    }

    void claim(const std::string& name, ManifestReader& item) {
        check_name(item, name);
        const std::string code = item.text("rejection");
        if (!out_->rejections.contains(code)) {
            item.refuse(Refusal::reference, "'" + code + "' is not among the rejections");
        }
        out_->claims[name] = code;
    }

    void command(ManifestReader& item) {
        CommandType out;
        out.name = item.text("name");
        check_name(item, out.name);
        if (out_->find_command(out.name) != nullptr) {
            item.refuse(Refusal::name, "'" + out.name + "' stands twice");
        }
        out.stream_kind = item.text("stream");
        out.creates = item.flag_or("creates", false);
        check_stream(item, out);
        out.summary = item.text("summary");
        out.roles = item.texts("roles");
        if (out.roles.empty()) {
            item.refuse(Refusal::shape, "'roles' must name who may send it");
        }
        const Prepared prepared = schema(item, "schema");
        out.schema = prepared.schema;
        out.entity_pointer = item.text_or("entity", "");
        if (!out.entity_pointer.empty()) {
            check_pointer(item, out.entity_pointer, prepared.json);
        }
        out.emits = item.texts("emits");
        for (const std::string& emitted : out.emits) {
            check_emitted(item, emitted);
        }
        out.rejects = item.texts("rejects");
        out.claims = item.texts("claims");
        out.timers = item.texts("timers");
        check_known(item, "rejects", out.rejects, out_->rejections, "rejections");
        check_known(item, "claims", out.claims, out_->claims, "claims");
        for (const std::string& timer : out.timers) {
            if (!is_kebab(timer)) {
                item.refuse_at(
                    "timers", Refusal::name, "'" + timer + "' must be lower-case words with hyphens"
                );
            }
        }
        item.each("reads", [&](ManifestReader& read) { context_read(read, out, prepared.json); });
        out.example = example(item, *out.schema);
        out_->commands.push_back(std::move(out));
    }

    void check_stream(const ManifestReader& item, const CommandType& out) const {
        if (!owns_or_extends(out.stream_kind)) {
            item.refuse_at(
                "stream", Refusal::reference,
                "'" + out.stream_kind + "' is in neither owns nor extends"
            );
        }
        if (out.creates && !owns(out.stream_kind)) {
            item.refuse_at(
                "creates", Refusal::reference,
                "only the owner of '" + out.stream_kind + "' may create one"
            );
        }
        if (!out_->folds_stream(out.stream_kind)) {
            item.refuse_at(
                "stream", Refusal::reference,
                "a decision needs the state of '" + out.stream_kind + "': add it to folds"
            );
        }
    }

    void check_emitted(const ManifestReader& item, const std::string& emitted) const {
        const auto at = emitted.find('@');
        std::uint32_t version = 0;
        if (at != std::string::npos) {
            std::from_chars(emitted.data() + at + 1, emitted.data() + emitted.size(), version);
        }
        const std::string type = emitted.substr(0, at);
        const std::uint32_t latest = out_->latest_version(type);
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
    ) const {
        for (const std::string& name : names) {
            if (!known.contains(name)) {
                item.refuse_at(key, Refusal::reference, "'" + name + "' is not among the " + where);
            }
        }
    }

    void context_read(ManifestReader& read, CommandType& out, const ordered_json& schema_json) {
        ContextRead context;
        context.name = read.text("as");
        context.stream_kind = read.text("stream");
        context.id_pointer = read.text("id");
        check_pointer(read, context.id_pointer, schema_json);
        if (!out_->folds_stream(context.stream_kind)) {
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

    void view(ManifestReader& item) {
        ViewType out;
        out.id = item.text("id");
        check_name(item, out.id);
        if (out_->find_view(out.id) != nullptr || out_->find_command(out.id) != nullptr) {
            item.refuse(
                Refusal::name,
                "'" + out.id + "' stands twice: views and commands share one name space"
            );
        }
        out.version = item.number("version");
        out.summary = item.text("summary");
        view_key(item, out);
        out.stream_kinds = item.texts("streams");
        out.on = item.texts("on");
        if (out.on.empty()) {
            item.refuse(Refusal::shape, "'on' must name the events it is folded from");
        }
        for (const std::string& pattern : out.on) {
            check_pattern(item, pattern);
        }
        const Prepared prepared = schema(item, "schema");
        out.schema = prepared.schema;
        item.each("indexes", [&](ManifestReader& index) { view_index(index, out, prepared.json); });
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
        out_->views.push_back(std::move(out));
    }

    static void view_key(ManifestReader& item, ViewType& out) {
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

    void view_index(ManifestReader& item, ViewType& out, const ordered_json& schema_json) {
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
            check_pointer(item, field, schema_json);
        }
        index.personal = item.flag_or("personal", false);
        out.indexes.push_back(std::move(index));
    }

    void reaction(ManifestReader& item) {
        ReactionType out;
        out.on = item.texts("on");
        out.sends = item.texts("sends");
        if (out.on.empty() || out.sends.empty()) {
            item.refuse(Refusal::shape, "'on' and 'sends' must each name something");
        }
        for (const std::string& type : out.on) {
            if (type.ends_with('*')) {
                item.refuse_at(
                    "on", Refusal::name,
                    "a reaction names its events one by one, not '" + type + "'"
                );
            }
            check_pattern(item, type);
        }
        for (const std::string& name : out.sends) {
            if (name.starts_with(out_->id + ".") && out_->find_command(name) == nullptr) {
                item.refuse_at(
                    "sends", Refusal::reference,
                    "'" + name + "' is not among this module's commands"
                );
            }
        }
        out_->reactions.push_back(std::move(out));
    }

    ManifestReader root_;
    Manifest* out_;
    ordered_json definitions_;
};

// What the module is called in a refusal, as far as it can be told.
std::string who(const ordered_json& root) {
    const auto text = [&](const char* key) {
        return root.is_object() && root.contains(key) && root[key].is_string()
                   ? root[key].get<std::string>()
                   : "?";
    };
    return text("id") + " " + text("version");
}

}  // namespace

Result<Manifest> parse_manifest(std::string_view json_text) {
    const auto parsed = parse_strict<ordered_json>(json_text);
    if (!parsed.problem.empty()) {
        return tl::unexpected<Error>(
            refusal(Refusal::not_json, "? ?", "the manifest is malformed: " + parsed.problem)
        );
    }
    try {
        Manifest out;
        Parser(parsed.value, out).run();
        return out;
    } catch (const ManifestRefused& refused) {
        return tl::unexpected<Error>(refusal(refused.code, who(parsed.value), refused.what));
    }
}

}  // namespace samvev::modules
