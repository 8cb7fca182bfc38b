// How settings are written: as the commented TOML file, as JSON, and as the file's JSON Schema.

#include "app/issuer_settings.hpp"
#include "app/settings.hpp"
#include "base/json_text.hpp"

#include <algorithm>

namespace samvev::app {
namespace {

std::string value_as_json(const Settings& settings, const SettingKey& key) {
    if (const auto* const text = std::get_if<std::string Settings::*>(&key.field)) {
        return base::json_string(settings.*(*text));
    }
    return std::to_string(settings.*std::get<std::uint64_t Settings::*>(key.field));
}

std::vector<std::string_view> sections() {
    std::vector<std::string_view> found;
    for (const SettingKey& key : setting_keys()) {
        if (std::ranges::find(found, key.section) == found.end()) {
            found.push_back(key.section);
        }
    }
    return found;
}

}  // namespace

std::string to_toml(const Settings& settings, const std::map<std::string, std::string>& origins) {
    std::string out =
        "# Samvev's settings, each with its default. An environment variable SAMVEV__SECTION__KEY "
        "wins over\n"
        "# this file, a flag of `samvev serve` over both. Check a file with `samvev config check "
        "FILE`.\n";
    for (const std::string_view section : sections()) {
        out += "\n[" + std::string(section) + "]\n";
        for (const SettingKey& key : setting_keys()) {
            if (key.section != section) {
                continue;
            }
            out += "# " + std::string(key.meaning) + "\n";
            // A basic TOML string escapes like JSON.
            out += std::string(key.name) + " = " + value_as_json(settings, key);
            if (const auto origin = origins.find(key.path()); origin != origins.end()) {
                out += "  # from the " + origin->second;
            }
            out += "\n";
        }
    }
    return out + issuers_as_toml(settings.issuers);
}

std::string to_json_text(const Settings& settings) {
    base::JsonObject all;
    for (const std::string_view section : sections()) {
        base::JsonObject object;
        for (const SettingKey& key : setting_keys()) {
            if (key.section == section) {
                object.raw(key.name, value_as_json(settings, key));
            }
        }
        all.raw(section, object.take());
    }
    return all.raw("issuer", issuers_as_json(settings.issuers)).take();
}

std::string settings_schema() {
    const Settings defaults;
    std::string out =
        "{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"
        "  \"title\": \"Settings of a Samvev server (samvev.toml)\",\n"
        "  \"type\": \"object\",\n  \"additionalProperties\": false,\n  \"properties\": {";
    std::string_view section_separator = "\n";
    for (const std::string_view section : sections()) {
        out += std::string(section_separator) + "    " + base::json_string(section) +
               ": {\n      \"type\": \"object\",\n      \"additionalProperties\": false,\n      "
               "\"properties\": {";
        section_separator = ",\n";
        std::string_view key_separator = "\n";
        for (const SettingKey& key : setting_keys()) {
            if (key.section != section) {
                continue;
            }
            base::JsonObject object;
            object.text("description", key.meaning).raw("default", value_as_json(defaults, key));
            if (std::holds_alternative<std::uint64_t Settings::*>(key.field)) {
                object.text("type", "integer").raw("minimum", std::to_string(key.number_min));
                if (key.number_max != UINT64_MAX) {
                    object.raw("maximum", std::to_string(key.number_max));
                }
            } else {
                object.text("type", "string");
            }
            if (!key.choices.empty()) {
                std::string choices = "[";
                for (const std::string_view choice : key.choices) {
                    choices += (choices.size() == 1 ? "" : ", ") + base::json_string(choice);
                }
                object.raw("enum", choices + "]");
            }
            out += std::string(key_separator) + "        " + base::json_string(key.name) + ": " +
                   object.take();
            key_separator = ",\n";
        }
        out += "\n      }\n    }";
    }
    return out + ",\n    \"issuer\": " + issuers_schema() + "\n  }\n}\n";
}

}  // namespace samvev::app
