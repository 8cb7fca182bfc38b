#include "bundle.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

namespace samvev::bundle {

namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& file, const std::string& what) {
    throw std::runtime_error(file.string() + ": " + what);
}

// nlohmann keeps the last of two equal keys without a word; an author should hear of it.
class DuplicateKeys {
public:
    bool operator()(int, ordered_json::parse_event_t event, ordered_json& parsed) {
        if (event == ordered_json::parse_event_t::object_start) {
            open_.emplace_back();
        } else if (event == ordered_json::parse_event_t::object_end) {
            open_.pop_back();
        } else if (event == ordered_json::parse_event_t::key) {
            if (!open_.back().insert(parsed.get<std::string>()).second) {
                throw std::runtime_error("key '" + parsed.get<std::string>() + "' occurs twice");
            }
        }
        return true;
    }

private:
    std::vector<std::set<std::string>> open_;
};

ordered_json read_json(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        refuse(file, "cannot be read");
    }
    std::ostringstream text;
    text << in.rdbuf();
    try {
        return ordered_json::parse(text.str(), DuplicateKeys());
    } catch (const std::exception& e) {
        refuse(file, e.what());
    }
}

class Inliner {
public:
    explicit Inliner(Bundle& out) : out_(&out) {}

    ordered_json read(const fs::path& file) {
        const fs::path path = file.lexically_normal();
        if (std::find(open_.begin(), open_.end(), path) != open_.end()) {
            refuse(open_.back(), "'$ref' leads back to " + path.string());
        }
        if (std::find(out_->parts.begin(), out_->parts.end(), path) == out_->parts.end()) {
            out_->parts.push_back(path);
        }
        ordered_json value = read_json(path);
        open_.push_back(path);
        inline_in(value, path);
        open_.pop_back();
        return value;
    }

private:
    void inline_in(ordered_json& value, const fs::path& file) {
        if (value.is_object()) {
            if (const auto ref = value.find("$ref"); ref != value.end()) {
                return follow(value, *ref, file);
            }
        }
        if (value.is_structured()) {
            for (auto& member : value) {
                inline_in(member, file);
            }
        }
    }

    void follow(ordered_json& value, const ordered_json& ref, const fs::path& file) {
        // A schema may well describe a member that is called "$ref"; then it is an object.
        if (ref.is_object()) {
            for (auto& member : value) {
                inline_in(member, file);
            }
            return;
        }
        if (!ref.is_string() || ref.get<std::string>().empty()) {
            refuse(file, "'$ref' must be a file name or '#/definitions/NAME'");
        }
        const auto target = ref.get<std::string>();
        if (target.front() == '#') {
            return;
        }
        if (value.size() != 1) {
            refuse(file, "'$ref': \"" + target + "\" must stand alone in its object");
        }
        if (target.find('#') != std::string::npos || fs::path(target).is_absolute()) {
            refuse(file, "'$ref': \"" + target + "\" must be a relative file name without '#'");
        }
        value = read(file.parent_path() / target);
    }

    Bundle* out_;
    std::vector<fs::path> open_;
};

std::string local_name(const std::string& name, const std::string& id) {
    return name.starts_with(id + ".") ? name.substr(id.size() + 1) : name;
}

void append_names(
    std::string& out, std::string_view kind, const std::set<std::string>& names,
    const std::string& id
) {
    if (names.empty()) {
        return;
    }
    out += "\nnamespace " + std::string(kind) + " {\n";
    for (const std::string& name : names) {
        out += "inline constexpr std::string_view " + identifier(local_name(name, id)) + " = \"" +
               name + "\";\n";
    }
    out += "}  // namespace " + std::string(kind) + "\n";
}

std::set<std::string> collect(const ordered_json& manifest, const char* list, const char* member) {
    std::set<std::string> names;
    if (const auto found = manifest.find(list); found != manifest.end() && found->is_array()) {
        for (const auto& item : *found) {
            if (item.is_object() && item.contains(member) && item[member].is_string()) {
                names.insert(item[member].get<std::string>());
            }
        }
    }
    return names;
}

std::set<std::string> collect_keys(const ordered_json& manifest, const char* object) {
    std::set<std::string> names;
    if (const auto found = manifest.find(object); found != manifest.end() && found->is_object()) {
        for (const auto& [name, value] : found->items()) {
            names.insert(name);
        }
    }
    return names;
}

std::set<std::string> collect_timers(const ordered_json& manifest) {
    std::set<std::string> names;
    if (const auto found = manifest.find("commands");
        found != manifest.end() && found->is_array()) {
        for (const auto& command : *found) {
            if (!command.is_object() || !command.contains("timers") ||
                !command["timers"].is_array()) {
                continue;
            }
            for (const auto& timer : command["timers"]) {
                if (timer.is_string()) {
                    names.insert(timer.get<std::string>());
                }
            }
        }
    }
    return names;
}

}  // namespace

Bundle read_bundle(const fs::path& manifest) {
    Bundle out;
    ordered_json value = Inliner(out).read(manifest);
    if (!value.is_object() || !value.contains("id") || !value["id"].is_string()) {
        refuse(manifest, "is not a manifest: an object with an 'id' is");
    }
    out.manifest = std::move(value);
    return out;
}

std::string identifier(std::string_view name) {
    // Reserved words that could be names; SamvevPlugin.cmake has the same list for module ids.
    static constexpr std::array<std::string_view, 32> reserved{
        "and",     "auto",     "break",  "case",   "catch",    "class",  "const",   "continue",
        "default", "delete",   "do",     "else",   "enum",     "export", "extern",  "for",
        "friend",  "if",       "new",    "not",    "operator", "or",     "private", "protected",
        "public",  "register", "return", "static", "switch",   "this",   "union",   "while"
    };
    std::string out;
    for (const char c : name) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        out.push_back(plain ? c : '_');
    }
    if (out.empty() || (out.front() >= '0' && out.front() <= '9')) {
        out.insert(out.begin(), '_');
    }
    if (std::find(reserved.begin(), reserved.end(), out) != reserved.end()) {
        out.push_back('_');
    }
    return out;
}

std::string names_header(const ordered_json& manifest) {
    const auto id = manifest.at("id").get<std::string>();
    std::string out = "#pragma once\n\n// The names that " + id +
                      "'s manifest declares. Generated from it.\n\n#include "
                      "<string_view>\n\nnamespace samvev::names::" +
                      identifier(id) + " {\n";
    append_names(out, "event", collect(manifest, "events", "type"), id);
    append_names(out, "command", collect(manifest, "commands", "name"), id);
    append_names(out, "rejection", collect_keys(manifest, "rejections"), id);
    append_names(out, "claim", collect_keys(manifest, "claims"), id);
    append_names(out, "timer", collect_timers(manifest), id);
    append_names(out, "view", collect(manifest, "views", "id"), id);
    return out + "\n}  // namespace samvev::names::" + identifier(id) + "\n";
}

}  // namespace samvev::bundle
