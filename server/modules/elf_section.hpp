#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace samvev::modules {

// The bytes of one section of an ELF shared library, read without loading it; absent when the
// library has no such section. Fails with invalid_argument when the file is not a 64-bit ELF shared
// library for this machine, or is cut off; the message says which.
[[nodiscard]] Result<std::optional<std::string>> read_elf_section(
    std::string_view image, std::string_view section
);

}  // namespace samvev::modules
