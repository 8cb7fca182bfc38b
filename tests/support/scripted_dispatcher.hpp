#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <samvev/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "dispatch/dispatcher.hpp"

namespace samvev::test {

// A dispatcher without modules or store, for tests of the doors over real sockets. Its methods are
// what a door can tell apart: answers at once and later, from this thread and another, large,
// failing, withdrawn.
//   test.echo {…}             the params, as they came
//   test.whoami               the actor
//   test.trace                the traceparent of the connection
//   test.fail {code, message?, data?}   the error of that name
//   test.big {bytes}          a text of so many bytes
//   test.later {ms, value?}   the value, from another thread after so long
//   test.hold                 only when test.release is called, or cancelled
//   test.release              how many were released
// Concurrency: [any thread]; destruction waits for its thread.
class ScriptedDispatcher final : public dispatch::Dispatcher {
public:
    // Further methods: answered at once on the caller's thread. Filled before the first call.
    using Method = std::function<Result<std::string>(const nlohmann::json& params)>;
    std::map<std::string, Method> more;
    std::size_t document_bytes = 0;  // of the OpenRPC document, more or less; likewise

    ScriptedDispatcher() : worker_([this] { work(); }) {}
    ~ScriptedDispatcher() override {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
        worker_.join();
    }

    void execute(dispatch::Request request, dispatch::Completion done) override {
        if (request.method == "test.echo") {
            return done(request.params);
        }
        const auto params = nlohmann::json::parse(request.params, nullptr, false);
        if (!params.is_object()) {
            return done(fail(ErrorCode::internal, "wire let through params that are no object"));
        }
        if (request.method == "test.whoami") {
            const nlohmann::json told = {
                {"actor", request.actor->text()}, {"purpose", request.actor->purpose}
            };
            return done(told.dump());
        }
        if (request.method == "test.trace") {
            return done(nlohmann::json(request.traceparent).dump());
        }
        if (request.method == "test.fail") {
            return done(failure(params));
        }
        if (request.method == "test.big") {
            return done("\"" + std::string(params.at("bytes").get<std::size_t>(), 'x') + "\"");
        }
        if (request.method == "test.later") {
            return later(params, std::move(done));
        }
        if (request.method == "test.hold") {
            const std::lock_guard lock(mutex_);
            held_.push_back({std::move(request.cancel), std::move(done)});
            changed_.notify_all();
            return;
        }
        if (request.method == "test.release") {
            return done(std::to_string(release_all()));
        }
        if (const auto method = more.find(request.method); method != more.end()) {
            return done(method->second(params));
        }
        done(fail(ErrorCode::unsupported, "there is no method " + request.method));
    }

    [[nodiscard]] std::vector<std::string> method_names() const override {
        std::vector<std::string> names = {"test.big",   "test.echo",  "test.fail",
                                          "test.hold",  "test.later", "test.release",
                                          "test.trace", "test.whoami"};
        for (const auto& [name, method] : more) {
            names.push_back(name);
        }
        return names;
    }

    [[nodiscard]] std::string open_rpc(std::string_view connection_methods) const override {
        return R"({"openrpc":"1.3.2","info":{"title":"Test","version":"0","description":")" +
               std::string(document_bytes, 'd') +
               R"("},"methods":[{"name":"test.command","tags":[{"name":"command"}],"params":[]},)" +
               std::string(connection_methods.substr(1)) + "}";
    }

private:
    struct Held {
        std::shared_ptr<const dispatch::CancelToken> cancel;
        dispatch::Completion done;
    };
    using Time = std::chrono::steady_clock::time_point;

    static Result<std::string> failure(const nlohmann::json& params) {
        const std::string name = params.at("code");
        for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
            if (base::to_text(static_cast<ErrorCode>(code)) == name) {
                return fail(
                    static_cast<ErrorCode>(code), params.value("message", "as asked"),
                    params.contains("data") ? params["data"].dump() : std::string()
                );
            }
        }
        return fail(ErrorCode::invalid_argument, "no such code");
    }

    void later(const nlohmann::json& params, dispatch::Completion done) {
        const Time due = std::chrono::steady_clock::now() +
                         std::chrono::milliseconds(params.at("ms").get<int>());
        {
            const std::lock_guard lock(mutex_);
            due_.emplace(
                due, [done = std::move(done),
                      value = params.value("value", nlohmann::json()).dump()] { done(value); }
            );
        }
        changed_.notify_all();
    }

    std::size_t release_all() {
        std::vector<Held> held;
        {
            const std::lock_guard lock(mutex_);
            held.swap(held_);
        }
        for (const Held& call : held) {
            call.done(std::string("\"released\""));
        }
        return held.size();
    }

    std::vector<Held> take_cancelled() {
        std::vector<Held> cancelled;
        std::erase_if(held_, [&cancelled](Held& call) {
            if (call.cancel && call.cancel->cancelled()) {
                cancelled.push_back(std::move(call));
                return true;
            }
            return false;
        });
        return cancelled;
    }

    // Looks every millisecond while there is something to look for, as a module that waits would.
    void work() {
        std::unique_lock lock(mutex_);
        while (!stopping_) {
            std::vector<std::function<void()>> ready;
            const Time now = std::chrono::steady_clock::now();
            while (!due_.empty() && due_.begin()->first <= now) {
                ready.push_back(std::move(due_.begin()->second));
                due_.erase(due_.begin());
            }
            const std::vector<Held> cancelled = take_cancelled();
            lock.unlock();
            for (const auto& complete : ready) {
                complete();
            }
            for (const Held& call : cancelled) {
                call.done(fail(ErrorCode::cancelled, "withdrawn"));
            }
            lock.lock();
            const bool is_idle = held_.empty() && due_.empty();
            changed_.wait_for(lock, std::chrono::milliseconds(is_idle ? 50 : 1));
        }
    }

    std::mutex mutex_;  // Guards what follows.
    std::condition_variable changed_;
    std::multimap<Time, std::function<void()>> due_;
    std::vector<Held> held_;
    bool stopping_ = false;
    std::thread worker_;
};

}  // namespace samvev::test
