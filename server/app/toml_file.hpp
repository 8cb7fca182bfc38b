#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace samvev::app {

// One `name = value` of a TOML file, or a section's head (its name is then empty).
struct TomlEntry {
    enum class Type { text, integer, other };
    std::string section;
    std::string name;
    std::string value;  // of a text or an integer
    Type type = Type::other;
    std::size_t line = 0;
    std::string problem;  // not empty: nothing else but the line counts
};

// The entries in the order of the file, but for [[issuer]], which read_issuers() reads. What is not
// TOML is one entry with a problem; so is a value outside any section.
[[nodiscard]] std::vector<TomlEntry> read_toml(const std::string& path);

}  // namespace samvev::app
