#pragma once

#include <samvev/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace samvev::bundle {

// A manifest with every {"$ref": "file.json"} replaced by that file, and the files it came from.
struct Bundle {
    nlohmann::ordered_json manifest;
    std::vector<std::filesystem::path> parts;
};

// Reads a manifest and what it refers to, each path relative to the file that names it.
// {"$ref": "#/definitions/…"} is left for the server. Throws std::runtime_error, the message in
// the form "file: what", on unreadable or malformed JSON, duplicate keys and circular references.
[[nodiscard]] Bundle read_bundle(const std::filesystem::path& manifest);

// A C++ header with one constant for each name the manifest declares, so that a misspelt name
// does not compile: samvev::names::<id>::{event,command,rejection,claim,timer,view}::<name>.
[[nodiscard]] std::string names_header(const nlohmann::ordered_json& manifest);

// "individual-plan" -> "individual_plan", "case" -> "case_": the id as a C++ identifier.
[[nodiscard]] std::string identifier(std::string_view name);

}  // namespace samvev::bundle
