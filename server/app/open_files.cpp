#include "app/open_files.hpp"

#include <sys/resource.h>

#include <algorithm>

#include "base/limits.hpp"

namespace samvev::app {

std::size_t raise_open_files() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return limits::open_files_assumed;
    }
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return static_cast<std::size_t>(before);
    }
    return static_cast<std::size_t>(limit.rlim_cur);
}

std::size_t connections_of(std::size_t open_files) noexcept {
    const std::size_t store = std::min(limits::store_files_max, open_files / 2);
    return std::min(limits::connections_max, open_files - store);
}

}  // namespace samvev::app
