#include "app/toml_file.hpp"

#include <toml++/toml.h>

#include <algorithm>

namespace samvev::app {
namespace {

TomlEntry to_entry(const std::string& section, std::string_view name, const toml::node& value) {
    TomlEntry entry;
    entry.section = section;
    entry.name = name;
    entry.line = value.source().begin.line;
    if (const auto* const text = value.as_string()) {
        entry.type = TomlEntry::Type::text;
        entry.value = text->get();
    } else if (const auto* const number = value.as_integer()) {
        entry.type = TomlEntry::Type::integer;
        entry.value = std::to_string(number->get());
    }
    return entry;
}

}  // namespace

std::vector<TomlEntry> read_toml(const std::string& path) {
    std::vector<TomlEntry> entries;
    toml::table file;
    try {
        file = toml::parse_file(path);
    } catch (const toml::parse_error& error) {
        TomlEntry entry;
        entry.line = error.source().begin.line;
        entry.problem = std::string(error.description());
        return {entry};
    }
    for (const auto& [name, value] : file) {
        if (name.str() == "issuer") {
            continue;  // A list of tables: read_issuers().
        }
        const auto* const section = value.as_table();
        if (section == nullptr) {
            TomlEntry entry;
            entry.line = value.source().begin.line;
            entry.problem =
                "'" + std::string(name.str()) + "' stands outside a section like [server]";
            entries.push_back(std::move(entry));
            continue;
        }
        TomlEntry head;
        head.section = name.str();
        head.line = name.source().begin.line;
        entries.push_back(std::move(head));
        for (const auto& [key, inner] : *section) {
            entries.push_back(to_entry(std::string(name.str()), key.str(), inner));
        }
    }
    std::ranges::stable_sort(entries, {}, &TomlEntry::line);
    return entries;
}

}  // namespace samvev::app
