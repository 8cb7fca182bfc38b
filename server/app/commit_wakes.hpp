#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "base/executor.hpp"
#include "store/event_log.hpp"

namespace samvev::app {

// Passes the log's wake on to those who pull from it, until disconnected: the log calls for as
// long as it lives, its readers are destroyed before it.
// The first commit after a rest is passed on at once. While commits follow each other, one wake is
// passed on per `pace`, so that those who pull take them in larger pieces: folding one event at a
// time into every view cost more than deciding and storing it.
class CommitWakes {
public:
    static constexpr std::chrono::milliseconds pace{50};

    CommitWakes();
    ~CommitWakes();
    CommitWakes(const CommitWakes&) = delete;
    CommitWakes& operator=(const CommitWakes&) = delete;

    // Outlived by this. `wake` must be quick; it runs on the committer or on a thread of our own,
    // one call at a time. Once.
    void connect(store::EventLog& log, std::function<void()> wake);
    // No wake runs after this has returned.
    void disconnect();

private:
    void note();
    void run();

    std::mutex mutex_;  // Guards the following; held while a wake runs.
    std::condition_variable changed_;
    std::function<void()> wake_;
    std::chrono::steady_clock::time_point last_{};
    bool noted_ = false;
    bool stopping_ = false;
    std::unique_ptr<base::Executor> thread_;
};

}  // namespace samvev::app
