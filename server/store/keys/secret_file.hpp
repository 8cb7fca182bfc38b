#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace samvev::store {

// Who keeps others from reading the file: its mode (0600 or stricter), or the directory it lies in.
enum class FileGuard { mode, directory };

// Reads the beginning of a file that holds `what` ("the master key") into `into`, which the caller
// wipes. Returns how many bytes there were, at most the size of `into`. Fails with not_found, with
// denied when it cannot be opened, belongs to somebody else, or anybody else may read it, and with
// invalid_argument when it is no regular file.
[[nodiscard]] Result<std::size_t> read_secret_file(
    std::string_view what, const std::string& path, FileGuard guard, std::span<std::uint8_t> into
);

}  // namespace samvev::store
