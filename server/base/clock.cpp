#include "base/clock.hpp"

namespace samvev::base {
namespace {

std::int64_t system_us() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())
        .time_since_epoch()
        .count();
}

}  // namespace

Timestamp SystemClock::now() const {
    return Timestamp(std::chrono::microseconds(system_us()));
}

Timestamp AdjustableClock::now() const {
    const std::int64_t frozen = frozen_us_.load(std::memory_order_acquire);
    const std::int64_t us =
        frozen != running ? frozen : system_us() + offset_us_.load(std::memory_order_acquire);
    return Timestamp(std::chrono::microseconds(us));
}

void AdjustableClock::set(Timestamp time) {
    offset_us_.store(time.time_since_epoch().count() - system_us(), std::memory_order_release);
    frozen_us_.store(running, std::memory_order_release);
}

void AdjustableClock::freeze(Timestamp time) {
    frozen_us_.store(time.time_since_epoch().count(), std::memory_order_release);
}

}  // namespace samvev::base
