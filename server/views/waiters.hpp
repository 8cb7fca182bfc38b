#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "store/ids.hpp"

namespace samvev::views {

// Those who wait for a view to reach a position. [any thread]; nobody is called under the lock.
class Waiters {
public:
    using Done = std::function<void(bool)>;
    using Time = std::chrono::steady_clock::time_point;

    struct Waiter {
        store::TenantId tenant;
        std::size_t view = 0;      // place in the catalog
        store::Position position;  // the view is to reach
        Done done;
        std::optional<Time> give_up{};  // set by the first tick that sees it
    };

    // False when there are too many; `waiter` is then untouched.
    [[nodiscard]] bool try_add(Waiter& waiter);
    // Answers true to those who waited for that view to get as far as `position`.
    void reached(store::TenantId tenant, std::size_t view, store::Position position);
    // Answers false to those who have waited for limits::at_least_wait.
    void tick(Time now);

private:
    template <typename Predicate>
    [[nodiscard]] std::vector<Waiter> take(Predicate is_taken);

    std::mutex mutex_;  // Guards waiting_.
    std::vector<Waiter> waiting_;
};

}  // namespace samvev::views
