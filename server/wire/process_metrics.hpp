#pragma once

#include <string>

namespace samvev::wire {

// process_* as every Prometheus client has them, from /proc/self. [any thread]
[[nodiscard]] std::string process_metrics();

}  // namespace samvev::wire
