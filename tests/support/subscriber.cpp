#include "support/subscriber.hpp"

#include <catch2/catch.hpp>

namespace samvev::test {

Subscriber::Subscriber(subscriptions::Hub& hub, std::uint64_t connection)
    : id(connection), hub_(hub) {
    actor.tenant = 9999;
    actor.id = "01000000-0000-0000-0000-000000000007";
    actor.roles = {"coordinator"};
    hub_.connect(id, *this);
}

Subscriber::~Subscriber() {
    hub_.disconnect(id);
}

void Subscriber::wake() {
    const std::lock_guard lock(mutex_);
    ++wakes_;
    woken_.notify_all();
}

std::size_t Subscriber::wake_count() const {
    const std::lock_guard lock(mutex_);
    return wakes_;
}

bool Subscriber::wait_for_wake() {
    std::unique_lock lock(mutex_);
    const bool woken = woken_.wait_for(lock, std::chrono::seconds(10), [this] {
        return wakes_ > wakes_waited_for_;
    });
    wakes_waited_for_ = wakes_;
    return woken;
}

Result<std::string> Subscriber::try_subscribe(const subscriptions::SubscribeRequest& request) {
    return hub_.subscribe(id, actor, request);
}

std::string Subscriber::subscribe(subscriptions::SubscribeRequest request) {
    const auto subscription = try_subscribe(request);
    if (!subscription) {
        FAIL(subscription.error().message);
    }
    return *subscription;
}

std::optional<json> Subscriber::ask(const std::function<void()>& work) {
    bool answered = false;
    std::optional<std::string> params;
    hub_.next(id, [&](std::optional<std::string> given) {
        answered = true;
        params = std::move(given);
    });
    for (int i = 0; !answered && i < 1000; ++i) {
        work();
    }
    if (!answered) {
        FAIL("the hub never answered");
    }
    return params ? std::optional(json::parse(*params)) : std::nullopt;
}

std::vector<json> Subscriber::ask_all(const std::function<void()>& work) {
    std::vector<json> results;
    while (const std::optional<json> params = ask(work)) {
        results.push_back((*params)["result"]);
    }
    return results;
}

std::optional<json> Subscriber::ask_waiting() {
    struct Answer {
        std::mutex mutex;
        std::condition_variable changed;
        bool is_there = false;
        std::optional<std::string> params;
    } answer;
    hub_.next(id, [&answer](std::optional<std::string> given) {
        const std::lock_guard lock(answer.mutex);
        answer.is_there = true;
        answer.params = std::move(given);
        answer.changed.notify_all();
    });
    std::unique_lock lock(answer.mutex);
    answer.changed.wait(lock, [&answer] { return answer.is_there; });
    return answer.params ? std::optional(json::parse(*answer.params)) : std::nullopt;
}

std::vector<json> Subscriber::ask_all_waiting() {
    std::vector<json> results;
    while (const std::optional<json> params = ask_waiting()) {
        results.push_back((*params)["result"]);
    }
    return results;
}

std::vector<std::string> event_ids(const std::vector<json>& results) {
    std::vector<std::string> ids;
    for (const json& result : results) {
        for (const json& event : result.value("events", json::array())) {
            ids.push_back(event["id"]);
        }
    }
    return ids;
}

std::string kinds_as_text(const std::vector<json>& results) {
    std::string out;
    for (const json& result : results) {
        out += out.empty() ? "" : ", ";
        out += result["kind"].get<std::string>();
        if (result.contains("events")) {
            out += " " + std::to_string(result["events"].size());
        }
    }
    return out;
}

}  // namespace samvev::test
