#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "access/issuer.hpp"

namespace samvev::app {

// The [[issuer]] tables of the settings file: how they are read, checked and written.

struct IssuerProblem {
    std::size_t line = 0;
    std::string text;  // "issuer.audience is missing; write …"
};
struct IssuerReading {
    std::vector<access::IssuerSettings> issuers;
    std::vector<IssuerProblem> problems;
};
// A file that is no TOML has neither: read_toml says what is wrong with it.
[[nodiscard]] IssuerReading read_issuers(const std::string& path);

// As they stand in the file; without any, a commented example that explains each key.
[[nodiscard]] std::string issuers_as_toml(const std::vector<access::IssuerSettings>& issuers);
// A JSON array.
[[nodiscard]] std::string issuers_as_json(const std::vector<access::IssuerSettings>& issuers);
// The JSON Schema (draft-07) of "issuer".
[[nodiscard]] std::string issuers_schema();

}  // namespace samvev::app
