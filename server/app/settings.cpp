#include "app/settings.hpp"

#include "app/client/endpoint.hpp"
#include "app/declaring_tenants.hpp"
#include "app/exposure.hpp"
#include "app/issuer_settings.hpp"
#include "app/nearest_name.hpp"
#include "app/toml_file.hpp"
#include "base/assert.hpp"

#include <unistd.h>
#include <algorithm>
#include <charconv>

namespace samvev::app {
namespace {

constexpr std::string_view environment_prefix = "SAMVEV__";

const SettingKey* find_key(std::string_view section, std::string_view name) {
    const auto found = std::ranges::find_if(setting_keys(), [&](const SettingKey& key) {
        return key.section == section && key.name == name;
    });
    return found == setting_keys().end() ? nullptr : &*found;
}

bool is_section(std::string_view section) {
    return std::ranges::any_of(setting_keys(), [&](const SettingKey& key) {
        return key.section == section;
    });
}

// Everything that is wrong is told at once, each with its place.
class Problems {
public:
    void add(const std::string& place, const std::string& what) {
        text_ += (text_.empty() ? "" : "\n") + place + ": " + what;
    }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
};

std::string did_you_mean(std::string_view wrong, const std::vector<std::string_view>& known) {
    const auto nearest = nearest_name(wrong, known);
    return nearest ? "; did you mean '" + std::string(*nearest) + "'?" : "";
}

std::string unknown_key(std::string_view section, std::string_view name) {
    std::vector<std::string_view> sections;
    std::vector<std::string_view> names;
    for (const SettingKey& key : setting_keys()) {
        sections.push_back(key.section);
        if (key.section == section) {
            names.push_back(key.name);
        }
    }
    if (names.empty()) {
        return "unknown section '" + std::string(section) + "'" + did_you_mean(section, sections);
    }
    return "unknown key '" + std::string(section) + "." + std::string(name) + "'" +
           did_you_mean(name, names);
}

// Sets one value from text; what is wrong with it, or nothing.
std::optional<std::string> set_value(
    Settings& settings, const SettingKey& key, const std::string& text
) {
    if (const auto* const field = std::get_if<std::string Settings::*>(&key.field)) {
        if (!key.choices.empty() && std::ranges::find(key.choices, text) == key.choices.end()) {
            return "'" + text + "' is not one of the values of " + key.path() +
                   did_you_mean(text, key.choices);
        }
        settings.*(*field) = text;
        return std::nullopt;
    }
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < key.number_min ||
        number > key.number_max) {
        std::string range = "a whole number from " + std::to_string(key.number_min);
        range += key.number_max == UINT64_MAX ? "" : " to " + std::to_string(key.number_max);
        return "'" + text + "' is not " + range + " (" + key.path() + ")";
    }
    settings.*std::get<std::uint64_t Settings::*>(key.field) = number;
    return std::nullopt;
}

void set_from_file(const std::string& file, EffectiveSettings& out, Problems& problems) {
    for (const TomlEntry& entry : read_toml(file)) {
        const std::string place = file + ":" + std::to_string(entry.line);
        if (!entry.problem.empty()) {
            problems.add(place, entry.problem);
            continue;
        }
        if (entry.name.empty()) {
            if (!is_section(entry.section)) {
                problems.add(place, unknown_key(entry.section, entry.name));
            }
            continue;
        }
        const SettingKey* const key = find_key(entry.section, entry.name);
        if (key == nullptr) {
            // The keys of an unknown section are unknown with it.
            if (is_section(entry.section)) {
                problems.add(place, unknown_key(entry.section, entry.name));
            }
            continue;
        }
        const bool wants_text = std::holds_alternative<std::string Settings::*>(key->field);
        if (wants_text != (entry.type == TomlEntry::Type::text)) {
            problems.add(
                place,
                key->path() + " takes " + (wants_text ? "a text in quotes" : "a whole number")
            );
            continue;
        }
        if (const auto wrong = set_value(out.settings, *key, entry.value)) {
            problems.add(place, *wrong);
        } else {
            out.origins[key->path()] = "file";
        }
    }
}

void set_issuers(const std::string& file, EffectiveSettings& out, Problems& problems) {
    IssuerReading reading = read_issuers(file);
    for (const IssuerProblem& problem : reading.problems) {
        problems.add(file + ":" + std::to_string(problem.line), problem.text);
    }
    out.settings.issuers = std::move(reading.issuers);
}

void set_from_environment(
    const std::vector<std::pair<std::string, std::string>>& environment, EffectiveSettings& out,
    Problems& problems
) {
    for (const auto& [variable, value] : environment) {
        const std::string place = "environment " + variable;
        std::string path = variable.substr(environment_prefix.size());
        std::ranges::transform(path, path.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        const auto middle = path.find("__");
        if (middle == std::string::npos) {
            problems.add(
                place, "a setting is named SAMVEV__SECTION__KEY, like SAMVEV__SERVER__LISTEN"
            );
            continue;
        }
        const std::string section = path.substr(0, middle);
        const std::string name = path.substr(middle + 2);
        const SettingKey* const key = find_key(section, name);
        if (key == nullptr) {
            problems.add(place, unknown_key(section, name));
        } else if (const auto wrong = set_value(out.settings, *key, value)) {
            problems.add(place, *wrong);
        } else {
            out.origins[key->path()] = "environment";
        }
    }
}

void check_together(const Settings& settings, Problems& problems) {
    if (const auto listen = client::parse_host_port(settings.listen); !listen) {
        problems.add("server.listen", listen.error().message);
    }
    if (!settings.admin_listen.empty()) {
        if (const auto listen = client::parse_host_port(settings.admin_listen); !listen) {
            problems.add("server.admin_listen", listen.error().message);
        }
    }
    if (!settings.public_url.empty() && (!settings.public_url.starts_with("http") ||
                                         settings.public_url.find("://") == std::string::npos ||
                                         settings.public_url.ends_with('/'))) {
        problems.add(
            "server.public_url", "'" + settings.public_url +
                                     "' is not like https://samvev.example; leave the slash at the "
                                     "end out"
        );
    }
    if (settings.tls_certificate.empty() != settings.tls_key.empty()) {
        problems.add(
            settings.tls_key.empty() ? "tls.key" : "tls.certificate",
            "is missing; TLS needs the certificate and its key, or neither"
        );
    }
    if (const auto proxies = proxies_of(settings); !proxies) {
        problems.add("server.trusted_proxies", proxies.error().message);
    }
    if (const auto declaring = tenants_named(settings.declaration_required_in); !declaring) {
        problems.add("access.declaration_required_in", declaring.error().message);
    }
    if (settings.data_directory.empty()) {
        problems.add("data.directory", "is empty; name a directory");
    }
}

}  // namespace

std::string SettingKey::path() const {
    return std::string(section) + "." + std::string(name);
}

std::vector<std::pair<std::string, std::string>> settings_environment() {
    std::vector<std::pair<std::string, std::string>> found;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        const auto equals = text.find('=');
        if (text.starts_with(environment_prefix) && equals != std::string_view::npos) {
            found.emplace_back(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return found;
}

Result<EffectiveSettings> load_settings(const SettingSources& sources) {
    EffectiveSettings out;
    Problems problems;
    if (sources.file) {
        if (::access(sources.file->c_str(), R_OK) != 0) {
            return fail(
                ErrorCode::not_found,
                *sources.file + ": there is no such file, or it cannot be read."
            );
        }
        set_from_file(*sources.file, out, problems);
        set_issuers(*sources.file, out, problems);
    }
    set_from_environment(sources.environment, out, problems);
    for (const auto& [path, value] : sources.flags) {
        const auto dot = path.find('.');
        const SettingKey* const key = find_key(path.substr(0, dot), path.substr(dot + 1));
        SAMVEV_ASSERT(key != nullptr);
        if (const auto wrong = set_value(out.settings, *key, value)) {
            problems.add("flag", *wrong);
        } else {
            out.origins[path] = "flag";
        }
    }
    if (problems.empty()) {
        check_together(out.settings, problems);
    }
    if (!problems.empty()) {
        return fail(ErrorCode::invalid_argument, problems.text());
    }
    return out;
}

}  // namespace samvev::app
