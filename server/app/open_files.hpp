#pragma once

#include <cstddef>

namespace samvev::app {

// Lets this process have as many files and sockets open as the system grants it; returns how many.
[[nodiscard]] std::size_t raise_open_files();

// How many of `open_files` connections may take. The rest is the store's: a log that cannot open
// its next file stops accepting commits until somebody restarts it.
[[nodiscard]] std::size_t connections_of(std::size_t open_files) noexcept;

}  // namespace samvev::app
