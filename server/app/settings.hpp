#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "access/issuer.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"

namespace samvev::app {

// What an operator decides; every key with its default stands in config/samvev.toml.
struct Settings {
    std::string listen = "127.0.0.1:8470";
    std::string admin_listen;
    std::string public_url;
    std::string trusted_proxies;
    std::string forwarded_header = "x-forwarded-for";
    std::uint64_t io_threads = 2;
    std::uint64_t worker_threads = 0;
    std::uint64_t connections_per_address = limits::connections_per_network_max;
    std::string tls_certificate;
    std::string tls_key;
    std::uint64_t reads_per_second = limits::reads_per_second;
    std::uint64_t reads_at_once = limits::reads_at_once;
    std::uint64_t commands_per_second = limits::commands_per_second;
    std::uint64_t commands_at_once = limits::commands_at_once;
    std::uint64_t service_calls_per_second = limits::service_calls_per_second;
    std::uint64_t connections_per_user = limits::connections_per_user_max;
    std::uint64_t subscriptions_per_user = limits::subscriptions_per_user_max;
    std::uint64_t lookups_per_day = limits::lookups_per_day;
    std::string data_directory = "data";
    std::string keys_directory;
    std::string master_key_file;
    std::string master_key_credential;
    std::string master_key_uri;
    std::string previous_master_key_file;
    std::string previous_master_key_uri;
    std::string erasure_register;
    std::uint64_t key_backup_days = 35;
    std::uint64_t cache_bytes = 128ULL * 1024 * 1024;
    std::uint64_t free_bytes_min = limits::free_bytes_min;
    std::string declaration_required_in;
    std::string plugin_directory;
    std::string log_level = "info";
    std::vector<access::IssuerSettings> issuers;  // from the file only
    friend bool operator==(const Settings&, const Settings&) = default;
};

// One key: where it is written, what it means, what it may be.
struct SettingKey {
    using Field = std::variant<std::string Settings::*, std::uint64_t Settings::*>;
    std::string_view section;
    std::string_view name;
    Field field;
    std::string_view meaning;
    std::uint64_t number_min = 0;
    std::uint64_t number_max = UINT64_MAX;
    std::vector<std::string_view> choices{};  // of a text; empty = any
    // "server.listen".
    [[nodiscard]] std::string path() const;
};
[[nodiscard]] std::span<const SettingKey> setting_keys();

// Where values come from; flags win over the environment, the environment over the file.
struct SettingSources {
    std::optional<std::string> file;                               // path of a TOML file
    std::vector<std::pair<std::string, std::string>> environment;  // names that begin with SAMVEV__
    std::map<std::string, std::string> flags;                      // "server.listen" -> value
};
// The process's variables SAMVEV__SECTION__KEY.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> settings_environment();

struct EffectiveSettings {
    Settings settings;
    std::map<std::string, std::string>
        origins;  // "server.listen" -> "file" | "environment" | "flag"
};
// Fails with not_found (the file) or invalid_argument: every problem on a line of its own, as
// "FILE:LINE: unknown key 'server.lisen'; did you mean 'listen'?".
[[nodiscard]] Result<EffectiveSettings> load_settings(const SettingSources& sources);

// TOML with a comment per key; for the defaults it is config/samvev.toml.
[[nodiscard]] std::string to_toml(
    const Settings& settings, const std::map<std::string, std::string>& origins = {}
);
// One JSON object of sections.
[[nodiscard]] std::string to_json_text(const Settings& settings);
// JSON Schema (draft-07) of the file: config/samvev.schema.json.
[[nodiscard]] std::string settings_schema();

}  // namespace samvev::app
