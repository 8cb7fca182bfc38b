#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <samvev/json.hpp>
#include <string>
#include <vector>

#include "access/actor.hpp"
#include "subscriptions/hub.hpp"

namespace samvev::test {

// A client on one connection of the hub, with everything it was told.
class Subscriber final : public subscriptions::EventSink {
public:
    Subscriber(subscriptions::Hub& hub, std::uint64_t connection);
    ~Subscriber() override;

    void wake() override;
    [[nodiscard]] std::size_t wake_count() const;
    // Waits for a wake that has not been waited for yet; false when none comes within ten seconds.
    [[nodiscard]] bool wait_for_wake();

    // The subscription's id. Fails the test when the hub refuses.
    std::string subscribe(subscriptions::SubscribeRequest request);
    [[nodiscard]] Result<std::string> try_subscribe(const subscriptions::SubscribeRequest& request);

    // Asks once; `work` is called until the answer is there.
    [[nodiscard]] std::optional<json> ask(const std::function<void()>& work);
    // Asks until there is nothing left, and returns all results ({"kind":…}) of this round.
    std::vector<json> ask_all(const std::function<void()>& work);
    // Asks until there is nothing left, waiting for answers that come from other threads.
    std::vector<json> ask_all_waiting();

    access::Actor actor;  // of tenant 9999
    subscriptions::ConnectionId id;

private:
    [[nodiscard]] std::optional<json> ask_waiting();

    subscriptions::Hub& hub_;
    mutable std::mutex mutex_;  // Guards the two below.
    std::size_t wakes_ = 0;
    std::size_t wakes_waited_for_ = 0;
    std::condition_variable woken_;
};

// The ids of all events in these results, in order.
[[nodiscard]] std::vector<std::string> event_ids(const std::vector<json>& results);
// "events 3, caughtUp": the kinds in order, with the number of events.
[[nodiscard]] std::string kinds_as_text(const std::vector<json>& results);

}  // namespace samvev::test
