#include "wire/fence.hpp"

#include <spdlog/spdlog.h>

#include "base/log.hpp"

namespace samvev::wire {

void report_failure(std::string_view where, std::string_view reason) noexcept {
    try {
        base::logger("wire").error("event=failed where={} reason=\"{}\"", where, reason);
    } catch (...) {  // NOLINT(bugprone-empty-catch): nobody is left to tell.
    }
}

}  // namespace samvev::wire
