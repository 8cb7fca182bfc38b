#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <mutex>

namespace samvev::base {

spdlog::logger& logger(std::string_view layer) {
    static std::mutex mutex;  // Guards the look-up and creation in spdlog's registry.
    const std::lock_guard lock(mutex);
    const std::string name(layer);
    std::shared_ptr<spdlog::logger> found = spdlog::get(name);
    if (!found) {
        found = spdlog::stderr_logger_mt(name);
        found->set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %l %n %v", spdlog::pattern_time_type::utc);
        found->set_level(spdlog::get_level());
    }
    return *found;
}

bool set_log_level(std::string_view level) {
    const auto parsed = spdlog::level::from_str(std::string(level));
    if (parsed == spdlog::level::off && level != "off") {
        return false;
    }
    spdlog::set_level(parsed);
    return true;
}

}  // namespace samvev::base
