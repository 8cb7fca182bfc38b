#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "access/actor.hpp"
#include "base/limits.hpp"
#include "wire/io_types.hpp"

namespace samvev::wire {

enum class CallClass { read, command };

struct QuotaLimits {
    std::size_t reads_per_second = limits::reads_per_second;
    std::size_t reads_at_once = limits::reads_at_once;
    std::size_t commands_per_second = limits::commands_per_second;
    std::size_t commands_at_once = limits::commands_at_once;
    std::size_t service_calls_per_second = limits::service_calls_per_second;
    std::size_t sessions = limits::connections_per_user_max;  // of a service: no bound of its own
    std::size_t subscriptions = limits::subscriptions_per_user_max;  // likewise
};

// So many a second on average, and what was not used may be used later, up to a bound.
class TokenBucket {
public:
    struct Rate {
        double per_second = 0;
        double at_once = 0;
    };
    TokenBucket(Rate rate, SteadyTime now) : rate_(rate), tokens_(rate.at_once), at_(now) {}

    [[nodiscard]] bool take(SteadyTime now);
    // Until there is one to be taken.
    [[nodiscard]] std::chrono::milliseconds wait() const;
    [[nodiscard]] bool is_full(SteadyTime now) const;

private:
    [[nodiscard]] double tokens_at(SteadyTime now) const;

    Rate rate_;
    double tokens_;
    SteadyTime at_;
};

// What one user or program uses, over all its connections. [any thread]
class Quota {
public:
    Quota(const QuotaLimits& limits, const access::Actor& actor, SteadyTime now);

    struct Verdict {
        enum class Answer {
            granted,
            refused,  // come again after `retry_after`
            abused    // refused for limits::rate_abuse_max without ever waiting: end the connection
        };
        Answer answer = Answer::granted;
        std::chrono::milliseconds retry_after{0};
    };
    [[nodiscard]] Verdict take(CallClass call, SteadyTime now);

    // Counted until given back.
    [[nodiscard]] bool take_session();
    void give_session();
    [[nodiscard]] bool take_subscription();
    void give_subscriptions(std::size_t count);

    // Whether forgetting it would change nothing.
    [[nodiscard]] bool is_unused(SteadyTime now) const;

private:
    const bool is_service_;
    const std::size_t sessions_max_;
    const std::size_t subscriptions_max_;
    mutable std::mutex mutex_;  // Guards what follows.
    TokenBucket reads_;
    TokenBucket commands_;
    std::optional<SteadyTime> refused_since_;
    SteadyTime refused_last_{};
    std::size_t sessions_ = 0;
    std::size_t subscriptions_ = 0;
};

// A user's open session; given back when destroyed.
class SessionPlace {
public:
    // Absent when the user has as many as one may have.
    [[nodiscard]] static std::optional<SessionPlace> take(std::shared_ptr<Quota> quota);
    SessionPlace(SessionPlace&& other) noexcept;
    SessionPlace& operator=(SessionPlace&& other) noexcept;
    ~SessionPlace();

    // Of the user's share; what is not given back goes with the session.
    [[nodiscard]] bool take_subscription();
    void give_subscription();

private:
    explicit SessionPlace(std::shared_ptr<Quota> quota) : quota_(std::move(quota)) {}
    std::shared_ptr<Quota> quota_;  // null: moved on
    std::size_t subscriptions_ = 0;
};

// The quotas of all who call. Shared by the connections of one principal (`shared_ptr`), and kept
// while forgetting one would give somebody a fresh one. [any thread]
class Quotas {
public:
    explicit Quotas(const QuotaLimits& limits) : limits_(limits) {}
    [[nodiscard]] std::shared_ptr<Quota> of(const access::Actor& actor);
    [[nodiscard]] std::size_t size() const;

private:
    void forget_unused(SteadyTime now);

    const QuotaLimits limits_;
    mutable std::mutex mutex_;  // Guards what follows.
    std::map<std::string, std::shared_ptr<Quota>> quotas_;
    std::size_t sweep_at_ = 1024;  // Entries; twice what the last sweep left.
};

}  // namespace samvev::wire
