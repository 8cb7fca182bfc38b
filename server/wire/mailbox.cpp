#include "wire/mailbox.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "wire/fence.hpp"

namespace samvev::wire {

void Mailbox::post_turn() {
    asio::post(context_, [self = shared_from_this()] { self->turn(); });
}

void Mailbox::bind_to_this_thread() noexcept {
    thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
}

void Mailbox::deliver(std::shared_ptr<Arrival> arrival) {
    const std::lock_guard lock(mutex_);
    if (closed_) {
        return;
    }
    waiting_.push_back(std::move(arrival));
    if (waiting_.size() == 1) {
        post_turn();
    }
}

void Mailbox::settle_later(std::shared_ptr<Settler> settler) {
    settling_.push_back(std::move(settler));
    if (!in_turn_ && settling_.size() == 1) {
        post_turn();
    }
}

bool Mailbox::is_here() const noexcept {
    return thread_.load(std::memory_order_relaxed) == std::this_thread::get_id();
}

void Mailbox::close() {
    std::vector<std::shared_ptr<Arrival>> dropped;
    const std::lock_guard lock(mutex_);
    closed_ = true;
    thread_.store(std::thread::id(), std::memory_order_relaxed);
    dropped.swap(waiting_);
}

void Mailbox::forget_settlers() {
    std::vector<std::shared_ptr<Settler>> forgotten;
    forgotten.swap(settling_);
}

void Mailbox::turn() {
    {
        const std::lock_guard lock(mutex_);
        arriving_.swap(waiting_);
    }
    in_turn_ = true;
    for (const auto& arrival : arriving_) {
        fenced("arrival", [&arrival] { arrival->arrive(); }, [&arrival] { arrival->give_up(); });
    }
    arriving_.clear();
    // What settling brings about (a settler may ask to settle again) waits for the next turn, so
    // that sockets get their share.
    in_turn_ = false;
    std::vector<std::shared_ptr<Settler>> settling;
    settling.swap(settling_);
    for (const auto& settler : settling) {
        fenced("output", [&settler] { settler->settle(); }, [&settler] { settler->give_up(); });
    }
    settling.clear();
    if (settling_.empty()) {
        settling_.swap(settling);
    }
}

}  // namespace samvev::wire
