#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace samvev::access {

// The first 16 KiB of a file that holds a secret or a private key; absent when there is none.
// Fails with denied when anybody but its owner may read it, and with unavailable when it cannot be
// read or is no regular file (a link is none).
[[nodiscard]] Result<std::optional<std::string>> read_private_file(const std::string& path);

// Writes a new file (0600) beside and links it into place, so that another process that starts at
// the same moment sees a whole key or none; the first one wins and stays. Fails with unavailable.
[[nodiscard]] Result<void> write_private_file(const std::string& path, std::string_view text);

}  // namespace samvev::access
