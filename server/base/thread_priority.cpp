#include "base/thread_priority.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace samvev::base {
namespace {

constexpr int nice_step = 5;
constexpr int nice_max = 19;
constexpr std::uint64_t short_slice_ns = 100'000;  // The least that Linux takes.

// struct sched_attr, first version: glibc 2.36 has none, and the kernel's header clashes with it.
struct SchedulingAttributes {
    std::uint32_t size = sizeof(SchedulingAttributes);
    std::uint32_t policy = SCHED_OTHER;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0;  // Under SCHED_OTHER: the slice.
    std::uint64_t deadline = 0;
    std::uint64_t period = 0;
};
static_assert(sizeof(SchedulingAttributes) == 48);

}  // namespace

void lower_priority_of_this_thread() noexcept {
    // On Linux the nice value belongs to the thread.
    const auto thread = static_cast<id_t>(::gettid());
    const int lowered = std::min(nice_max, ::getpriority(PRIO_PROCESS, thread) + nice_step);
    static_cast<void>(::setpriority(PRIO_PROCESS, thread, lowered));
}

void prefer_this_thread_on_wake() noexcept {
    SchedulingAttributes attributes;
    attributes.nice = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
    attributes.runtime = short_slice_ns;
    static_cast<void>(::syscall(SYS_sched_setattr, 0, &attributes, 0));
}

}  // namespace samvev::base
