#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "wire/io_types.hpp"

namespace samvev::wire {

// Something that has happened elsewhere and is to be handled on a loop.
class Arrival {
public:
    Arrival() = default;
    Arrival(const Arrival&) = delete;
    Arrival& operator=(const Arrival&) = delete;
    virtual ~Arrival() = default;
    virtual void arrive() = 0;  // [loop]
    // arrive() has thrown: ends what it was for. [loop]
    virtual void give_up() noexcept = 0;
};

// Wants to do something once after all arrivals of a turn, such as sending what they wrote.
class Settler {
public:
    Settler() = default;
    Settler(const Settler&) = delete;
    Settler& operator=(const Settler&) = delete;
    virtual ~Settler() = default;
    virtual void settle() = 0;  // [loop]
    // settle() has thrown: ends what it was for. [loop]
    virtual void give_up() noexcept = 0;
};

// The way into an io loop from other threads. Arrivals that come while the loop is busy are handled
// together: one wake-up and one write per connection for many completions. One that throws is given
// up; the others do not notice.
//
// Concurrency: deliver() and is_here() [any thread]; the rest [loop]. It may outlive its loop:
// after close() deliveries are dropped.
class Mailbox final : public std::enable_shared_from_this<Mailbox> {
public:
    explicit Mailbox(asio::io_context& context) : context_(context) {}

    // The caller's thread is the loop's from now on.
    void bind_to_this_thread() noexcept;
    void deliver(std::shared_ptr<Arrival> arrival);
    void settle_later(std::shared_ptr<Settler> settler);
    // Whether the caller runs on the loop's thread.
    [[nodiscard]] bool is_here() const noexcept;
    // After this, which happens before the loop goes, nothing touches the loop. [any thread]
    void close();
    // Lets go of who still wanted to settle: they hold the loop that holds this. Once the loop's
    // thread has ended.
    void forget_settlers();

private:
    void post_turn();
    void turn();

    std::atomic<std::thread::id> thread_{};
    std::mutex mutex_;  // Guards waiting_ and closed_, and context_ being alive while not closed.
    asio::io_context& context_;
    std::vector<std::shared_ptr<Arrival>> waiting_;
    bool closed_ = false;
    std::vector<std::shared_ptr<Arrival>> arriving_;  // [loop] kept for its capacity
    std::vector<std::shared_ptr<Settler>> settling_;  // [loop]
    bool in_turn_ = false;                            // [loop]
};

}  // namespace samvev::wire
