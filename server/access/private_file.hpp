#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"

namespace samvev::access {

// The first 16 KiB of a file that holds a secret or a private key; absent when there is none.
// Fails with denied when anybody but its owner may read it, and with unavailable when it cannot be
// read or is no regular file (a link is none).
[[nodiscard]] Result<std::optional<std::string>> read_private_file(const std::string& path);

}  // namespace samvev::access
