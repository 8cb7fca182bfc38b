#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <unordered_map>
#include <vector>

#include "access/token_identity.hpp"
#include "wire/frame.hpp"
#include "wire/io_types.hpp"
#include "wire/mailbox.hpp"

namespace samvev::wire {

// What a loop knows about a connection on it. All calls [loop].
class Connection {
public:
    Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    virtual ~Connection() = default;

    // Looks at its deadlines. One tick for all connections instead of several timers each: an idle
    // connection costs nothing but its memory.
    virtual void tick(SteadyTime now) = 0;
    // Says goodbye, finishes what is in flight and ends.
    virtual void drain() = 0;
    // Ends at once.
    virtual void abort() = 0;
    // An issuer has ended logins: whoever came with one of them goes.
    virtual void end_login(const access::EndedLogin& /*ended*/) {}
};

// One thread with its sockets. A connection stays on its loop for life, so the loop is its strand.
//
// Concurrency: construction and stop() on the owner's thread; executor(), mailbox(), size() and
// run_here() [any thread]; the rest [loop].
class IoLoop {
public:
    // `on_empty` is called when the last connection has gone. [loop]
    IoLoop(std::chrono::milliseconds tick_every, std::function<void()> on_empty);
    IoLoop(const IoLoop&) = delete;
    IoLoop& operator=(const IoLoop&) = delete;
    ~IoLoop();

    void start();
    // Ends the thread. Connections must be gone by then.
    void stop();

    [[nodiscard]] LoopExecutor executor() { return context_.get_executor(); }
    [[nodiscard]] const std::shared_ptr<Mailbox>& mailbox() const noexcept { return mailbox_; }
    // Open connections, including those on their way in.
    [[nodiscard]] std::size_t size() const noexcept {
        return size_.load(std::memory_order_relaxed);
    }
    // Runs `work` on the loop, soon.
    void run_here(std::function<void()> work);

    // Counts a connection before it is added, so that the choice of the emptiest loop is fair.
    void expect_connection() noexcept { size_.fetch_add(1, std::memory_order_relaxed); }
    void add(std::shared_ptr<Connection> connection);
    void remove(const Connection& connection);
    void drain_all();
    void abort_all();
    void end_login(const access::EndedLogin& ended);
    // The loop's frame reader; used within one turn, never across co_await.
    [[nodiscard]] FrameReader& frames() noexcept { return frames_; }

private:
    void wait_for_tick();
    void tick();
    [[nodiscard]] std::vector<std::shared_ptr<Connection>> snapshot() const;

    asio::io_context context_{1};
    asio::executor_work_guard<LoopExecutor> work_;
    std::shared_ptr<Mailbox> mailbox_;
    Timer timer_;
    const std::chrono::milliseconds tick_every_;
    const std::function<void()> on_empty_;
    FrameReader frames_;
    std::unordered_map<const Connection*, std::shared_ptr<Connection>> connections_;
    std::atomic<std::size_t> size_{0};
    std::thread thread_;
};

}  // namespace samvev::wire
