#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "modules/module.hpp"

struct samvev_entry;

namespace samvev::modules {

// A module linked into the server (server/core). `entry` outlives the module.
// Fails with invalid_argument (manifest) or unsupported (ABI), message in SVP form.
[[nodiscard]] Result<std::unique_ptr<Module>> make_builtin_module(const samvev_entry& entry);

// Loads a plugin's .so into this process: file checks, ELF section .samvev.manifest, ABI
// negotiation, then create. Each step refuses with its own SVP code and both sides. Never unloaded.
[[nodiscard]] Result<std::unique_ptr<Module>> load_in_process(const std::string& path);

}  // namespace samvev::modules
