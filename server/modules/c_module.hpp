#pragma once

#include <samvev/plugin.h>

#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "modules/module.hpp"

namespace samvev::modules {

// Checks the entry against this server's ABI. `who`: id and version, for the refusal.
[[nodiscard]] Result<std::monostate> check_entry(const samvev_entry& entry, std::string_view who);

// A module behind its C table, created. `entry` outlives it and has passed check_entry().
[[nodiscard]] Result<std::unique_ptr<Module>> make_c_module(
    const samvev_entry& entry, Manifest manifest
);

}  // namespace samvev::modules
