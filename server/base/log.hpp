#pragma once

#include <memory>
#include <string_view>

namespace spdlog {
class logger;
}

namespace samvev::base {

// One named logger per layer ("store", "wire", …), made on first use; one line an entry on stderr.
// Include <spdlog/spdlog.h> in the .cpp that logs. Fields as key=value, ids only, never content.
// Levels: trace per event, debug per batch or request, info for lifecycle, warn for "we coped",
// error for "a human must look". [any thread]
[[nodiscard]] spdlog::logger& logger(std::string_view layer);

// "trace" … "error"; applies to all loggers, present and future. False when the name is unknown.
bool set_log_level(std::string_view level);

}  // namespace samvev::base
