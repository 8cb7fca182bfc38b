#pragma once

#include <atomic>
#include <chrono>

namespace samvev::base {

// UTC with microseconds: what events, timers and tokens are stamped with.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

// The only source of "now" below app; a parameter, never a global.
class Clock {
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    [[nodiscard]] virtual Timestamp now() const = 0;  // [any thread]
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override;
};

// A clock that can be moved forward: `serve --dev` and tests. It runs with the system clock plus
// an offset, or stands still when frozen.
class AdjustableClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override;
    // From now on the clock shows `time` and keeps running. [any thread]
    void set(Timestamp time);
    // From now on the clock shows `time` until set or frozen again. [any thread]
    void freeze(Timestamp time);

private:
    static constexpr std::int64_t running = INT64_MIN;
    std::atomic<std::int64_t> offset_us_{0};
    std::atomic<std::int64_t> frozen_us_{running};
};

}  // namespace samvev::base
