#include "wire/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "wire/exposition.hpp"

namespace samvev::wire {
namespace {

std::uint64_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t total_pages = 0;
    std::uint64_t resident_pages = 0;
    file >> total_pages >> resident_pages;
    return resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t open_files() {
    std::error_code error;
    std::uint64_t count = 0;
    for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", error);
         !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        ++count;
    }
    return count;
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

std::string process_metrics() {
    std::string out;
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) == 0) {
        append_family(
            out, "process_cpu_seconds_total", "User and system CPU time.", MetricType::counter
        );
        append_sample(
            out, "process_cpu_seconds_total", {}, seconds(usage.ru_utime) + seconds(usage.ru_stime)
        );
    }
    append_gauge(
        out, "process_resident_memory_bytes", "Resident memory size in bytes.", resident_bytes()
    );
    append_gauge(out, "process_open_fds", "Number of open file descriptors.", open_files());
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        append_gauge(
            out, "process_max_fds", "Maximum number of open file descriptors.", limit.rlim_cur
        );
    }
    return out;
}

}  // namespace samvev::wire
