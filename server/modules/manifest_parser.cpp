#include <samvev/plugin.h>

#include <algorithm>

#include "base/limits.hpp"
#include "modules/manifest.hpp"
#include "modules/manifest_parts.hpp"
#include "modules/manifest_reader.hpp"
#include "modules/manifest_scope.hpp"
#include "modules/manifest_words.hpp"
#include "modules/strict_json.hpp"

namespace samvev::modules {

namespace {

using nlohmann::ordered_json;

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
        ManifestScope scope(*out_, definitions);
        root_.each("folds", [&](ManifestReader& item) { fold(item); });
        root_.each("events", [&](ManifestReader& item) { read_event(item, scope); });
        check_versions();
        root_.each_named("rejections", [&](const std::string& code, ManifestReader& item) {
            read_rejection(code, item, scope);
        });
        root_.each_named("claims", [&](const std::string& name, ManifestReader& item) {
            read_claim(name, item, scope);
        });
        root_.each("commands", [&](ManifestReader& item) { read_command(item, scope); });
        root_.each("views", [&](ManifestReader& item) { read_view(item, scope); });
        root_.each("reactions", [&](ManifestReader& item) { read_reaction(item, scope); });
        check_folds(scope);
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
            if (std::find(out_->owns.begin(), out_->owns.end(), kind) != out_->owns.end()) {
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
    void check_folds(const ManifestScope& scope) const {
        for (std::size_t i = 0; i < out_->folds.size(); ++i) {
            const ordered_json none = ordered_json::object();
            const ManifestReader at(none, "/folds/" + std::to_string(i));
            for (const std::string& pattern : out_->folds[i].events) {
                scope.check_pattern(at, pattern);
            }
        }
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

    ManifestReader root_;
    Manifest* out_;
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
