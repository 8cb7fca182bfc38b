#pragma once

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/executor.hpp"
#include "subscriptions/hub.hpp"

namespace samvev::test {

// A hub over a list of events in memory, for tests of the doors: cursors, pages, caughtUp,
// wake-ups. Every other page is answered on `executor`, as one that is read from disk. It checks
// what the doors promise: one next() at a time, and none before connect. Concurrency: [any thread].
class PageHub final : public subscriptions::Hub {
public:
    static constexpr std::size_t page_events = 100;

    explicit PageHub(base::Executor& executor) : executor_(executor) {}

    std::atomic<std::uint64_t> broken_promises{0};
    std::atomic<std::uint64_t> connected{0};

    // Appends `count` events of `bytes` payload and wakes everybody.
    void append(std::size_t count, std::size_t bytes) {
        std::vector<subscriptions::EventSink*> sinks;
        const std::lock_guard lock(mutex_);
        for (std::size_t i = 0; i < count; ++i) {
            events_.push_back(
                R"({"specversion":"1.0","id":")" + std::to_string(events_.size()) +
                R"(","data":")" + std::string(bytes, 'e') + "\"}"
            );
        }
        // Under the lock: a sink is valid until disconnect() has returned, and that takes the lock.
        for (const auto& [id, connection] : connections_) {
            connection.sink->wake();
        }
    }

    void connect(subscriptions::ConnectionId id, subscriptions::EventSink& sink) override {
        const std::lock_guard lock(mutex_);
        ++connected;
        connections_[id.value()].sink = &sink;
    }
    void disconnect(subscriptions::ConnectionId id) override {
        const std::lock_guard lock(mutex_);
        --connected;
        broken_promises += connections_.erase(id.value()) == 1 ? 0 : 1;
    }

    Result<std::string> subscribe(
        subscriptions::ConnectionId id, const access::Actor& /*actor*/,
        const subscriptions::SubscribeRequest& request
    ) override {
        const std::lock_guard lock(mutex_);
        Connection& connection = connections_.at(id.value());
        if (connection.subscriptions.size() >= limits::subscriptions_per_connection_max) {
            return fail(ErrorCode::overloaded, "64 subscriptions are enough");
        }
        if (request.from != "start" && request.from != "head") {
            return fail(ErrorCode::gone, "this position belongs to another history");
        }
        const std::string name = "s_" + std::to_string(++connection.last_name);
        connection.subscriptions.push_back(
            {name, request.from == "start" ? 0 : events_.size(), false}
        );
        return name;
    }
    bool unsubscribe(subscriptions::ConnectionId id, std::string_view subscription) override {
        const std::lock_guard lock(mutex_);
        return std::erase_if(
                   connections_.at(id.value()).subscriptions,
                   [subscription](const auto& each) { return each.name == subscription; }
               ) == 1;
    }
    void change_actor(subscriptions::ConnectionId id, const access::Actor& /*actor*/) override {
        const std::lock_guard lock(mutex_);
        broken_promises += connections_.contains(id.value()) ? 0 : 1;
    }
    void end_all(subscriptions::ConnectionId /*id*/, std::string_view /*reason*/) override {}

    void next(subscriptions::ConnectionId id, Next done) override {
        std::optional<std::string> page;
        bool inline_answer = true;
        {
            const std::lock_guard lock(mutex_);
            const auto found = connections_.find(id.value());
            if (found == connections_.end() || found->second.asking) {
                ++broken_promises;
                return done(std::nullopt);
            }
            page = next_page(found->second);
            inline_answer = ++asked_ % 2 == 0;
            found->second.asking = !inline_answer;
        }
        if (inline_answer) {
            return done(std::move(page));
        }
        const bool posted = executor_.try_post([this, id, done, page = std::move(page)]() mutable {
            {
                const std::lock_guard lock(mutex_);
                if (const auto found = connections_.find(id.value()); found != connections_.end()) {
                    found->second.asking = false;
                }
            }
            done(std::move(page));
        });
        if (!posted) {
            ++broken_promises;
        }
    }

    Counts counts() const override {
        const std::lock_guard lock(mutex_);
        Counts counts;
        for (const auto& [id, connection] : connections_) {
            counts.live += connection.subscriptions.size();
        }
        return counts;
    }

private:
    struct Subscription {
        std::string name;
        std::size_t next = 0;
        bool caught_up = false;
    };
    struct Connection {
        subscriptions::EventSink* sink = nullptr;
        std::vector<Subscription> subscriptions;
        std::size_t turn = 0;
        std::size_t last_name = 0;
        bool asking = false;
    };

    std::optional<std::string> next_page(Connection& connection) {
        for (std::size_t i = 0; i < connection.subscriptions.size(); ++i) {
            Subscription& each =
                connection.subscriptions[connection.turn++ % connection.subscriptions.size()];
            const std::string head = R"({"subscription":")" + each.name + R"(","result":{"kind":)";
            if (each.next < events_.size()) {
                each.caught_up = false;
                const std::size_t end = std::min(events_.size(), each.next + page_events);
                std::string out = head + R"("events","events":[)";
                for (std::size_t at = each.next; at < end; ++at) {
                    out += (at == each.next ? "" : ",") + events_[at];
                }
                each.next = end;
                return out + R"(],"position":"p)" + std::to_string(end) + "\"}}";
            }
            if (!each.caught_up) {
                each.caught_up = true;
                return head + R"("caughtUp","position":"p)" + std::to_string(each.next) + "\"}}";
            }
        }
        return std::nullopt;
    }

    base::Executor& executor_;
    mutable std::mutex mutex_;  // Guards what follows.
    std::vector<std::string> events_;
    std::map<std::uint64_t, Connection> connections_;
    std::uint64_t asked_ = 0;
};

}  // namespace samvev::test
