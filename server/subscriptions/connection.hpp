#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "subscriptions/subscription.hpp"
#include "subscriptions/waker.hpp"

namespace samvev::subscriptions {

// The subscriptions of one connection and whose turn it is. Shared by the hub and by a read that
// is under way on the executor when the connection goes.
// Concurrency: [any thread]; poll() by one caller at a time.
class Connection {
public:
    explicit Connection(EventSink& sink) : waker_(std::make_shared<Waker>(sink)) {}

    [[nodiscard]] const std::shared_ptr<Waker>& waker() const noexcept { return waker_; }

    // "s_1", "s_2", … Fails with overloaded (subscriptions_per_connection_max).
    [[nodiscard]] Result<std::string> reserve_id();
    void add(std::shared_ptr<Subscription> subscription);
    [[nodiscard]] bool remove(std::string_view id);
    void change_actor(const access::Actor& actor);
    void end_all(std::string_view reason);
    void remove_all();
    [[nodiscard]] bool has(std::string_view id) const;
    // Ends that subscription; its last notification, or nothing when it had ended already.
    [[nodiscard]] std::optional<std::string> break_off(
        std::string_view id, std::string_view reason
    );

    // The first answer in turn. `nothing`: all are idle and the waker sleeps.
    [[nodiscard]] Subscription::Answer poll(Subscription::Reach reach);

    // Adds to the two.
    void count(std::uint64_t& live, std::uint64_t& behind) const;

private:
    struct Entry {
        std::shared_ptr<Subscription> subscription;
        std::optional<std::string> ended;  // why; to be told
    };
    [[nodiscard]] Subscription::Answer poll_each(Subscription::Reach reach);
    [[nodiscard]] std::vector<Entry> entries_in_turn() const;
    [[nodiscard]] bool turn_passes(std::string_view id);
    [[nodiscard]] std::shared_ptr<Subscription> take(std::string_view id);

    const std::shared_ptr<Waker> waker_;
    mutable std::mutex mutex_;  // Guards what follows.
    std::vector<Entry> entries_;
    std::string last_turn_;  // whose answer was the last
    std::uint64_t last_number_ = 0;
};

}  // namespace samvev::subscriptions
