#include "wire/io_loop.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "base/thread_priority.hpp"
#include "wire/fence.hpp"

namespace samvev::wire {

IoLoop::IoLoop(std::chrono::milliseconds tick_every, std::function<void()> on_empty)
    : work_(asio::make_work_guard(context_)),
      mailbox_(std::make_shared<Mailbox>(context_)),
      timer_(context_.get_executor()),
      tick_every_(tick_every),
      on_empty_(std::move(on_empty)) {}

IoLoop::~IoLoop() {
    stop();
}

void IoLoop::start() {
    wait_for_tick();
    thread_ = std::thread([this] {
        base::prefer_this_thread_on_wake();
        mailbox_->bind_to_this_thread();
        // Sockets, arrivals and ticks have fences of their own: this one is for what nobody owns.
        while (!context_.stopped()) {
            fenced("loop", [this] { context_.run(); }, [] {});
        }
    });
}

void IoLoop::stop() {
    mailbox_->close();
    context_.stop();
    if (thread_.joinable()) {
        thread_.join();
    }
    mailbox_->forget_settlers();
}

void IoLoop::run_here(std::function<void()> work) {
    asio::post(context_, std::move(work));
}

void IoLoop::add(std::shared_ptr<Connection> connection) {
    const Connection* key = connection.get();
    connections_.emplace(key, std::move(connection));
}

void IoLoop::remove(const Connection& connection) {
    if (connections_.erase(&connection) == 1) {
        if (size_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            on_empty_();
        }
    }
}

std::vector<std::shared_ptr<Connection>> IoLoop::snapshot() const {
    std::vector<std::shared_ptr<Connection>> all;
    all.reserve(connections_.size());
    for (const auto& [key, connection] : connections_) {
        all.push_back(connection);
    }
    return all;
}

// Snapshots, since a connection may end and remove itself while it is asked.
void IoLoop::drain_all() {
    for (const auto& connection : snapshot()) {
        connection->drain();
    }
}

void IoLoop::abort_all() {
    for (const auto& connection : snapshot()) {
        connection->abort();
    }
}

void IoLoop::end_login(const access::EndedLogin& ended) {
    for (const auto& connection : snapshot()) {
        connection->end_login(ended);
    }
}

void IoLoop::wait_for_tick() {
    timer_.expires_after(tick_every_);
    timer_.async_wait([this](const error_code& error) {
        if (!error) {
            wait_for_tick();
            tick();
        }
    });
}

void IoLoop::tick() {
    const SteadyTime now = SteadyClock::now();
    for (const auto& connection : snapshot()) {
        fenced("tick", [&] { connection->tick(now); }, [&connection] { connection->abort(); });
    }
}

}  // namespace samvev::wire
