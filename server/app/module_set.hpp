#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "modules/registry.hpp"

namespace samvev::app {

// The modules of this server: the built-in domain and every *.so of `plugin_directory`, in the
// order of their file names. An empty `plugin_directory` is the one beside the binary:
// ../lib/samvev/plugins when installed, ../plugins in a build tree; it may be missing, a named one
// may not. One plugin that does not load refuses them all: a history must not meet a server that
// lacks one of its modules. Fails with what the loader or the registry says (SVP-…).
[[nodiscard]] Result<std::unique_ptr<modules::Registry>> load_modules(
    const std::string& plugin_directory
);

}  // namespace samvev::app
